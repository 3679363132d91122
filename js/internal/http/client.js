'use strict';

// Node's ClientRequest: a message over a socket that an agent, or `createConnection`, gives.

const { Buffer } = require('node:buffer');
const { addAbortSignal } = require('node:stream');
const process = require('node:process');
const { invalidArgType, nodeError, validateInteger } = require('../node-error.js');
const agents = require('./agent.js');
const { kRequest, originOf, plain } = require('./connect.js');
const { exchangeOver } = require('./exchange.js');
const { checkHost, checkMethod, readOptions, tlsOf } = require('./options.js');
const { OutgoingMessage, kHeaders } = require('./outgoing.js');
const { kUniqueHeaders, uniqueHeaders } = require('./render.js');
const { kError, letGo, listenForTimeout, onSocket, own, setSocketTimeout } = require('./client-socket.js');
const { checkTimeout } = require('./socket.js');

const { ops } = host;

const INVALID_PATH = /[^\u0021-\u00ff]/;

// Requests of these methods announce no body unless a header does.
const BODILESS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

/** A property that nobody sees who looks at a request. */
function hide(request, name, value) {
  Object.defineProperty(request, name, { value, writable: true, configurable: true });
}

function checkBoolean(value, name) {
  if (value !== undefined && typeof value !== 'boolean') throw invalidArgType(name, 'of type boolean', value);
}

function ClientRequest(input, options, callback) {
  OutgoingMessage.call(this);
  [options, callback] = readOptions(input, options, callback);
  const defaultAgent = options._defaultAgent || agents.globalAgent;
  const agent = chooseAgent(options, defaultAgent);
  this.agent = agent;
  const protocol = options.protocol || defaultAgent.protocol;
  const expected = agent?.protocol || defaultAgent.protocol;
  if (options.path && INVALID_PATH.test(String(options.path))) {
    throw nodeError(TypeError, 'ERR_UNESCAPED_CHARACTERS', 'Request path contains unescaped characters');
  }
  if (protocol !== expected) {
    const text = `Protocol "${protocol}" not supported. Expected "${expected}"`;
    throw nodeError(TypeError, 'ERR_INVALID_PROTOCOL', text);
  }
  const defaultPort = options.defaultPort || agent?.defaultPort;
  const port = (options.port = options.port || defaultPort || 80);
  const name = checkHost(options, 'hostname') || checkHost(options, 'host') || 'localhost';
  options.host = name;
  this.socketPath = options.socketPath;
  if (options.timeout !== undefined) this.timeout = checkTimeout(options.timeout, 'timeout');
  const { signal } = options;
  if (signal) addAbortSignal(signal, this);
  this.method = checkMethod(options.method);
  const { maxHeaderSize, insecureHTTPParser, joinDuplicateHeaders } = options;
  if (maxHeaderSize !== undefined) validateInteger(maxHeaderSize, 'maxHeaderSize', 0);
  this.maxHeaderSize = maxHeaderSize;
  checkBoolean(insecureHTTPParser, 'options.insecureHTTPParser');
  this.insecureHTTPParser = insecureHTTPParser;
  checkBoolean(joinDuplicateHeaders, 'options.joinDuplicateHeaders');
  this.joinDuplicateHeaders = joinDuplicateHeaders;
  this.path = options.path || '/';
  if (callback) this.once('response', callback);
  this.useChunkedEncodingByDefault = !BODILESS.has(this.method);
  this._ended = false;
  this.res = null;
  this.aborted = false;
  this.timeoutCb = null;
  this.upgradeOrConnect = false;
  this.parser = null;
  this.maxHeadersCount = null;
  this.reusedSocket = false;
  this.host = name;
  this.protocol = protocol;
  this[kError] = null;

  const secure = protocol === 'https:';
  hide(this, '_origin', originOf(secure, name, port));
  hide(this, '_tls', secure ? tlsOf({ ...agent?.options, ...options }) : undefined);
  // How its socket is used.
  hide(this, '_way', ops.op_http_use(this._origin));
  hide(this, '_exchange', exchangeOver(this._way, this));
  if (agent) {
    // A connection is worth to be kept if the agent may use it again.
    this._last = !agent.keepAlive && !Number.isFinite(agent.maxSockets);
    this.shouldKeepAlive = !this._last;
  }
  setHeaders(this, options, port, defaultPort);
  this[kUniqueHeaders] = uniqueHeaders(options.uniqueHeaders);
  connect(this, signal ? { ...options, signal: undefined } : options);
}
Object.setPrototypeOf(ClientRequest.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ClientRequest, OutgoingMessage);

function chooseAgent({ agent, createConnection }, defaultAgent) {
  if (agent === false) return new defaultAgent.constructor();
  if (agent == null) return typeof createConnection === 'function' ? agent : defaultAgent;
  if (typeof agent.addRequest === 'function') return agent;
  throw invalidArgType('options.agent', 'one of Agent-like Object, undefined, or false', agent);
}

function setHeaders(request, options, port, defaultPort) {
  const { headers, setHost = true, auth } = options;
  const firstLine = () => `${request.method} ${request.path} HTTP/1.1\r\n`;
  if (Array.isArray(headers)) {
    request._storeHeader(firstLine(), headers);
    return;
  }
  for (const name of Object.keys(headers ?? {})) request.setHeader(name, headers[name]);
  if (setHost && !request.getHeader('host')) {
    const { host: name } = request;
    const bracketed = name.split(':').length > 2 && !name.startsWith('[') ? `[${name}]` : name;
    request.setHeader('Host', port && Number(port) !== defaultPort ? `${bracketed}:${port}` : bracketed);
  }
  if (auth && !request.getHeader('Authorization')) {
    request.setHeader('Authorization', `Basic ${Buffer.from(auth).toString('base64')}`);
  }
  if (request.getHeader('expect')) request._storeHeader(firstLine(), request[kHeaders]);
}

function connect(request, options) {
  options[kRequest] = request;
  const { agent } = request;
  if (agent) {
    agent.addRequest(request, options);
    return;
  }
  request._last = true;
  request.shouldKeepAlive = false;
  if (typeof options.createConnection !== 'function') {
    request.onSocket(plain(options));
    return;
  }
  let done = false;
  const created = (error, socket) => {
    if (done) return;
    done = true;
    if (error) process.nextTick(() => emitError(request, error));
    else request.onSocket(socket);
  };
  try {
    const socket = options.createConnection(options, created);
    if (socket) created(null, socket);
  } catch (error) {
    created(error);
  }
}

function emitError(request, error) {
  request._exchange.failed(error);
  request.emit('error', error);
}

const methods = {
  _finish() {
    this._exchange.finished();
    OutgoingMessage.prototype._finish.call(this);
  },

  _implicitHeader() {
    if (this._header) {
      throw nodeError(Error, 'ERR_HTTP_HEADERS_SENT', 'Cannot render headers after they are sent to the client');
    }
    this._storeHeader(`${this.method} ${this.path} HTTP/1.1\r\n`, this[kHeaders]);
  },

  abort() {
    if (this.aborted) return;
    this.aborted = true;
    process.nextTick(() => this.emit('abort'));
    this.destroy();
  },

  destroy(error) {
    if (this.destroyed) return this;
    this.destroyed = true;
    // Nothing of the response is wanted any more.
    this.res?._dump();
    this[kError] = error;
    this.socket?.destroy(error);
    return this;
  },

  onSocket(socket, error) {
    process.nextTick(() => onSocket(this, socket, error));
  },

  _deferToConnect(method, args) {
    const call = () => {
      if (this.socket.writable && typeof method === 'string') this.socket[method](...args);
      if (typeof method === 'function') method();
    };
    const onSocket = () => {
      if (this.socket.connecting) this.socket.once('connect', own(call));
      else call();
    };
    if (this.socket) onSocket();
    else this.once('socket', onSocket);
  },

  setTimeout(ms, callback) {
    if (this._ended) return this;
    listenForTimeout(this);
    ms = checkTimeout(ms);
    if (callback) this.once('timeout', callback);
    if (this.socket) setSocketTimeout(this.socket, ms);
    else this.once('socket', (socket) => setSocketTimeout(socket, ms));
    return this;
  },

  setNoDelay(...args) {
    this._deferToConnect('setNoDelay', args);
  },

  setSocketKeepAlive(...args) {
    this._deferToConnect('setKeepAlive', args);
  },

  clearTimeout(callback) {
    this.setTimeout(0, callback);
  },
};
for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(ClientRequest.prototype, name, { value, writable: true, configurable: true, enumerable: true });
}
for (const [name, value] of Object.entries({
  /** The request as Rust takes it before it is complete. */
  _wire() {
    const headers = [];
    for (const [, [header, each]] of this[kHeaders] ?? [])
      for (const one of [each].flat()) headers.push(header, String(one));
    return { method: this.method, origin: this._origin, path: this.path, headers, tls: this._tls };
  },

  /** Rust has given all of the response. */
  _answered() {
    if (this.parser !== null) letGo(this.socket, this.parser);
  },

  _writeRaw(data, encoding, callback, size) {
    // What is written before there is a socket begins nothing yet.
    if (this.socket) this._exchange.begin();
    return OutgoingMessage.prototype._writeRaw.call(this, data, encoding, callback, size);
  },

  _bodyPiece(chunk, encoding) {
    if (this._way === 0) return;
    this._exchange.sent(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
  },
})) {
  Object.defineProperty(ClientRequest.prototype, name, { value, writable: true, configurable: true });
}
Object.defineProperty(ClientRequest.prototype, 'constructor', {
  value: ClientRequest,
  writable: true,
  configurable: true,
});

module.exports = { ClientRequest };
