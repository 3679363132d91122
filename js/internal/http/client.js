'use strict';

// Node's ClientRequest over the ops of src/host/http.

const { Buffer } = require('node:buffer');
const process = require('node:process');
const { abortError, invalidArgType, nodeError } = require('../node-error.js');
const agents = require('./agent.js');
const { networkError, reset } = require('./errors.js');
const { IncomingMessage } = require('./incoming.js');
const { checkHost, checkMethod, originOf, readOptions, tlsOf } = require('./options.js');
const { OutgoingMessage } = require('./outgoing.js');
const { Socket, checkTimeout } = require('./socket.js');

const { ops } = host;
const { PromisePrototypeThen } = host.primordials;

const INVALID_PATH = /[^\u0021-\u00ff]/;

// Requests of these methods announce no body unless a header does.
const BODILESS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

class ClientRequest extends OutgoingMessage {
  constructor(input, options, callback) {
    super();
    [options, callback] = readOptions(input, options, callback);
    const { _defaultAgent: defaultAgent = agents.globalAgent } = options;
    const agent = chooseAgent(options, defaultAgent);
    const protocol = options.protocol || defaultAgent.protocol;
    const expected = agent?.protocol || defaultAgent.protocol;
    if (options.path && INVALID_PATH.test(String(options.path))) {
      throw nodeError(TypeError, 'ERR_UNESCAPED_CHARACTERS', 'Request path contains unescaped characters');
    }
    if (protocol !== expected) {
      throw nodeError(
        TypeError,
        'ERR_INVALID_PROTOCOL',
        `Protocol "${protocol}" not supported. Expected "${expected}"`,
      );
    }
    if (options.socketPath) throw new Error("functions have no files: the option socketPath can't be used");
    const defaultPort = options.defaultPort || agent?.defaultPort || defaultAgent.defaultPort;
    const port = options.port || defaultPort || 80;

    this.agent = agent;
    this.method = checkMethod(options.method);
    this.path = options.path ? String(options.path) : '/';
    this.host = checkHost(options, 'hostname') || checkHost(options, 'host') || 'localhost';
    this.protocol = protocol;
    this.reusedSocket = false;
    this.maxHeadersCount = null;
    this.aborted = false;
    this.res = null;
    this.socket = null;
    this.joinDuplicateHeaders = Boolean(options.joinDuplicateHeaders);
    this.timeout = options.timeout === undefined ? agent?.options?.timeout : checkTimeout(options.timeout, 'timeout');
    this.shouldKeepAlive = agent ? Boolean(agent.keepAlive) || Number.isFinite(agent.maxSockets) : false;
    this.useChunkedEncodingByDefault = !BODILESS.has(this.method);

    const secure = protocol === 'https:';
    const hidden = {
      _secure: secure,
      _origin: originOf(protocol, this.host, port),
      _tls: secure ? tlsOf({ ...agent?.options, ...options }) : undefined,
      // Writes are held back until the turn ends. A body that is complete by then goes in one op.
      _held: true,
      _written: false,
      _ending: false,
      // Whether all of the body went with the head.
      _bodySent: false,
      // The resource of the exchange in Rust; null before it has begun and when it is over.
      _rid: null,
      _reading: false,
    };
    for (const key in hidden) Object.defineProperty(this, key, { value: hidden[key], writable: true });
    this.cork();

    this._setInitialHeaders(options, port, defaultPort);
    if (callback) this.once('response', callback);
    if (options.signal != null) this._abortWith(options.signal);
    process.nextTick(() => this._assignSocket());
  }

  _setInitialHeaders({ headers, setHost = true, auth }, port, defaultPort) {
    if (Array.isArray(headers)) {
      const flat = Array.isArray(headers[0]) ? headers.flat() : headers;
      for (let i = 0; i < flat.length; i += 2) this.appendHeader(flat[i], flat[i + 1]);
    } else if (headers) {
      for (const name of Object.keys(headers)) this.setHeader(name, headers[name]);
    }
    if (setHost && !this.hasHeader('host')) {
      const name = this.host.includes(':') && !this.host.startsWith('[') ? `[${this.host}]` : this.host;
      this.setHeader('Host', Number(port) === defaultPort ? name : `${name}:${port}`);
    }
    if (auth && !this.hasHeader('authorization')) {
      this.setHeader('Authorization', `Basic ${Buffer.from(auth).toString('base64')}`);
    }
  }

  /** Destroys the request when `signal` aborts. */
  _abortWith(signal) {
    if (typeof signal !== 'object' || !('aborted' in signal)) {
      throw invalidArgType('options.signal', 'an instance of AbortSignal', signal);
    }
    const abort = () => this.destroy(abortError(signal));
    if (signal.aborted) {
      process.nextTick(abort);
      return;
    }
    signal.addEventListener('abort', abort);
    this.once('close', () => signal.removeEventListener('abort', abort));
  }

  _assignSocket() {
    if (this.destroyed) return;
    this.socket = new Socket(this, this._secure);
    this.socket.on('timeout', () => {
      this.emit('timeout');
      this.res?.emit('timeout');
    });
    if (this.timeout) this.socket.setTimeout(this.timeout);
    this.emit('socket', this.socket);
    // Some clients write nothing before they hear that the socket is connected.
    const heard = ['connect', 'secureConnect', 'ready'].some((event) => this.socket.listenerCount(event) > 0);
    if (heard && this._header === null && !this._ending) this._connect();
  }

  /** Connects before the request is complete. */
  _connect() {
    const request = {
      method: this.method,
      origin: this._origin,
      path: this.path,
      headers: this._rawHeaders(),
      tls: this._tls,
    };
    PromisePrototypeThen(ops.op_http_connect(request), (reply) => {
      process.nextTick(() => {
        if (this.destroyed) return;
        if (reply.error !== undefined) this.destroy(networkError(reply.error));
        else this._connected(reply);
      });
    });
  }

  _connected(ends) {
    if (this.socket.connecting) this.socket._connected(ends, this._secure && !this._tls?.insecure);
  }

  _withSocket(act) {
    if (this.socket) act(this.socket);
    else this.once('socket', act);
  }

  setTimeout(ms, callback) {
    ms = checkTimeout(ms);
    if (callback) this.once('timeout', callback);
    this.timeout = ms;
    this._withSocket((socket) => socket.setTimeout(ms));
    return this;
  }

  clearTimeout(callback) {
    if (callback) this.removeListener('timeout', callback);
    return this.setTimeout(0);
  }

  setNoDelay(...args) {
    this._withSocket((socket) => socket.setNoDelay(...args));
  }

  setSocketKeepAlive(...args) {
    this._withSocket((socket) => socket.setKeepAlive(...args));
  }

  flushHeaders() {
    if (this._header === null && !this.destroyed) this._begin();
  }

  abort() {
    if (this.aborted) return;
    this.aborted = true;
    process.nextTick(() => this.emit('abort'));
    this.destroy();
  }

  write(chunk, encoding, callback) {
    const more = super.write(chunk, encoding, callback);
    if (!this._written && !this._ending) {
      this._written = true;
      process.nextTick(() => this._release());
    }
    return more;
  }

  end(chunk, encoding, callback) {
    if (typeof chunk === 'function') [chunk, encoding, callback] = [undefined, undefined, chunk];
    else if (typeof encoding === 'function') [encoding, callback] = [undefined, encoding];
    this._ending = true;
    if (chunk != null) this.write(chunk, encoding);
    // Writable now flushes all that was written, and `_write` sends it.
    super.end(callback);
    this.finished = true;
    if (this._header === null && !this.destroyed) this._sendWhole(Buffer.alloc(0));
    return this;
  }

  _release() {
    if (!this._held) return;
    this._held = false;
    this.uncork();
  }

  _writev(chunks, callback) {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), undefined, callback);
  }

  _write(chunk, _encoding, callback) {
    if (this._header === null) {
      if (this._ending && this._trailers.length === 0) {
        this._sendWhole(chunk);
        callback();
        return;
      }
      this._begin();
    }
    this._active();
    if (this._rid === null) {
      callback();
      return;
    }
    PromisePrototypeThen(ops.op_http_write(this._rid, chunk), () => {
      if (this.socket) this.socket.bytesWritten += chunk.byteLength;
      this._active();
      process.nextTick(callback);
    });
  }

  _final(callback) {
    if (this._rid === null || this._bodySent) callback();
    else PromisePrototypeThen(ops.op_http_finish(this._rid, this._trailers), () => process.nextTick(callback));
  }

  /** Begins to send a body that is not complete yet. */
  _begin() {
    const chunked = this.useChunkedEncodingByDefault || this._written;
    const headers = this._render(chunked ? ['Transfer-Encoding', 'chunked'] : []);
    this._rid = ops.op_http_begin(true);
    this._send(headers, null);
    if (/^100-continue$/i.test(this.getHeader('expect'))) {
      // Interim responses are not seen here. A client may go on without waiting for this one.
      process.nextTick(() => this.emit('continue'));
    }
    this._release();
  }

  /** Sends the request with all of its body. */
  _sendWhole(body) {
    let framing = [];
    if (this.useChunkedEncodingByDefault) {
      framing =
        this._written && body.byteLength > 0
          ? ['Transfer-Encoding', 'chunked']
          : ['Content-Length', String(body.byteLength)];
    }
    const headers = this._render(framing);
    this._bodySent = true;
    this._rid = ops.op_http_begin(false);
    this._send(headers, body);
    this._withSocket((socket) => (socket.bytesWritten += body.byteLength));
  }

  /** The request's final headers, with what Node adds. */
  _render(framing) {
    const headers = this._rawHeaders();
    if (!this.hasHeader('connection')) headers.push('Connection', this.shouldKeepAlive ? 'keep-alive' : 'close');
    if (!this.hasHeader('content-length') && !this.hasHeader('transfer-encoding')) headers.push(...framing);
    let text = `${this.method} ${this.path} HTTP/1.1\r\n`;
    for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
    this._header = `${text}\r\n`;
    return headers;
  }

  _send(headers, body) {
    const rid = this._rid;
    const request = { method: this.method, origin: this._origin, path: this.path, headers, tls: this._tls };
    process.nextTick(() => {
      if (this._rid !== rid) return;
      PromisePrototypeThen(ops.op_http_send(rid, request, body), (reply) => {
        // An error of a listener must be an uncaught error, and not reject this promise.
        process.nextTick(() => this._respond(reply));
      });
    });
  }

  _respond({ error, head, part }) {
    if (this.destroyed) return;
    if (error !== undefined) {
      this.destroy(networkError(error));
      return;
    }
    this._connected(head);
    if (this.destroyed) return;
    const res = (this.res = new IncomingMessage(this.socket));
    res.statusCode = head.status;
    res.statusMessage = head.reason;
    res.httpVersionMajor = 1;
    res.httpVersionMinor = head.minor;
    res.httpVersion = `1.${head.minor}`;
    res.rawHeaders = head.headers;
    res.joinDuplicateHeaders = this.joinDuplicateHeaders;
    res.req = this;
    res.upgrade = head.status === 101;
    res.once('end', () => this._responseEnded());
    this._active();
    if (!this.emit('response', res)) res._dump();
    res._begin(part, () => this._readMore());
  }

  _readMore() {
    if (this._reading || this._rid === null) return;
    this._reading = true;
    PromisePrototypeThen(ops.op_http_read(this._rid), (part) => {
      process.nextTick(() => {
        this._reading = false;
        if (this.destroyed) return;
        this._active();
        if (part.error === undefined) {
          this.res._receive(part);
          if (part.chunk === undefined && !part.done) this._readMore();
        } else if (part.error.message === 'aborted') {
          this.destroy();
        } else {
          this.destroy(networkError(part.error));
        }
      });
    });
  }

  _responseEnded() {
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  _active() {
    this.socket?._active();
  }

  _destroy(error, callback) {
    const { res } = this;
    const rid = this._rid;
    this._rid = null;
    if (rid !== null && !(res?.complete && this.writableFinished)) ops.op_http_close(rid);
    if (res === null) {
      // Node gives an error, but for a request that was aborted before it had a socket.
      if (!error && !(this.aborted && this.socket === null)) error = reset('socket hang up');
    } else if (!res.complete) res._breakOff();
    this.socket?._close(error);
    callback(error);
  }
}

function chooseAgent({ agent, createConnection }, defaultAgent) {
  if (agent === false) return new defaultAgent.constructor();
  if (agent == null) return typeof createConnection === 'function' ? undefined : defaultAgent;
  if (typeof agent.addRequest === 'function') return agent;
  throw invalidArgType('options.agent', 'one of Agent-like Object, undefined, or false', agent);
}

module.exports = { ClientRequest };
