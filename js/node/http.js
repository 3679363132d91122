'use strict';

// The client half of Node's http: functions can't listen.

// These are not destructured, or esbuild would rename the classes, and people see their names.
const agents = require('../internal/http/agent.js');
const client = require('../internal/http/client.js');
const codes = require('../internal/http/codes.js');
const headers = require('../internal/http/headers.js');
const incoming = require('../internal/http/incoming.js');
const outgoing = require('../internal/http/outgoing.js');
const { noServer } = require('../internal/http/server.js');

function request(url, options, callback) {
  return new client.ClientRequest(url, options, callback);
}

function get(url, options, callback) {
  const made = request(url, options, callback);
  made.end();
  return made;
}

module.exports = {
  ...codes,
  Agent: agents.Agent,
  ClientRequest: client.ClientRequest,
  IncomingMessage: incoming.IncomingMessage,
  OutgoingMessage: outgoing.OutgoingMessage,
  Server: noServer('Server'),
  ServerResponse: noServer('ServerResponse'),
  createServer: noServer('createServer'),
  validateHeaderName: headers.validateHeaderName,
  validateHeaderValue: headers.validateHeaderValue,
  get,
  request,
  setMaxIdleHTTPParsers() {},
  maxHeaderSize: 16384,
  get globalAgent() {
    return agents.globalAgent;
  },
  set globalAgent(agent) {
    agents.globalAgent = agent;
  },
};
