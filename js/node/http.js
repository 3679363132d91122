'use strict';

// Node's http, its client half: functions can't listen.

const agents = require('../internal/http/agent.js');
const { ClientRequest } = require('../internal/http/client.js');
const { METHODS, STATUS_CODES } = require('../internal/http/codes.js');
const { validateHeaderName, validateHeaderValue } = require('../internal/http/headers.js');
const { IncomingMessage } = require('../internal/http/incoming.js');
const { OutgoingMessage } = require('../internal/http/outgoing.js');
const { noServer } = require('../internal/http/server.js');

function request(url, options, callback) {
  return new ClientRequest(url, options, callback);
}

function get(url, options, callback) {
  const made = request(url, options, callback);
  made.end();
  return made;
}

module.exports = {
  METHODS,
  STATUS_CODES,
  Agent: agents.Agent,
  ClientRequest,
  IncomingMessage,
  OutgoingMessage,
  Server: noServer('Server'),
  ServerResponse: noServer('ServerResponse'),
  createServer: noServer('createServer'),
  validateHeaderName,
  validateHeaderValue,
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
