'use strict';

// The client half of Node's http: functions can't listen.

const { agents, client, codes, headers, incoming, outgoing, servers } = require('segfn:http');

const { noServer } = servers;

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
