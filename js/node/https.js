'use strict';

// Node's https is http with TLS. ClientRequest reads the options about certificates.

const http = require('node:http');
const { connections, servers } = require('segfn:http');

const { noServer } = servers;
const { URL } = globalThis;

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  http.Agent.call(this, options);
  this.defaultPort = 443;
  this.protocol = 'https:';
  this.maxCachedSessions = this.options.maxCachedSessions ?? 100;
}
Object.setPrototypeOf(Agent.prototype, http.Agent.prototype);
Object.setPrototypeOf(Agent, http.Agent);

// The options by which two connections to the same place differ.
const IDENTITY = [
  'ca',
  'cert',
  'clientCertEngine',
  'ciphers',
  'key',
  'pfx',
  'rejectUnauthorized',
  'servername',
  'minVersion',
  'maxVersion',
  'secureProtocol',
  'crl',
  'honorCipherOrder',
  'ecdhCurve',
  'dhparam',
  'secureOptions',
  'sessionIdContext',
  'sigalgs',
  'privateKeyIdentifier',
  'privateKeyEngine',
];

Agent.prototype.getName = function getName(options = {}) {
  const name = http.Agent.prototype.getName.call(this, options);
  return `${name}:${IDENTITY.map((key) => options[key] ?? '').join(':')}`;
};

Agent.prototype.createConnection = function createConnection(port, host, options) {
  if (port !== null && typeof port === 'object') options = port;
  else if (host !== null && typeof host === 'object') options = { ...host, port };
  else options = { ...options, port, host };
  if (options.socket) throw new Error("segfn can't speak TLS over a socket that is open already: the option socket");
  return connections.encrypted(options);
};

let globalAgent = new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 });

function request(url, options, callback) {
  if (typeof url !== 'string' && !(url instanceof URL)) [url, options, callback] = [undefined, url, options];
  if (typeof options === 'function') [options, callback] = [undefined, options];
  options = { ...options, _defaultAgent: globalAgent };
  return url === undefined ? new http.ClientRequest(options, callback) : new http.ClientRequest(url, options, callback);
}

function get(url, options, callback) {
  const made = request(url, options, callback);
  made.end();
  return made;
}

module.exports = {
  Agent,
  Server: noServer('Server'),
  createServer: noServer('createServer'),
  get,
  request,
  get globalAgent() {
    return globalAgent;
  },
  set globalAgent(agent) {
    globalAgent = agent;
  },
};
