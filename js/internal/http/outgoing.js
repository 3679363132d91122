'use strict';

// Node's OutgoingMessage: headers, how a body is framed, and what waits for a socket.

const Stream = require('node:stream').Stream;
const { Buffer } = require('node:buffer');
const process = require('node:process');
const { invalidArgType, nodeError } = require('../node-error.js');
const { validateHeaderName, validateHeaderValue } = require('./headers.js');
const { kUniqueHeaders, render } = require('./render.js');

const kHeaders = Symbol('kOutHeaders');
const kCorked = Symbol('corked');
const kChunks = Symbol('kChunkedBuffer');
const kLength = Symbol('kChunkedLength');
const kErrored = Symbol('errored');
const kNeedDrain = Symbol('kNeedDrain');
const kBytesWritten = Symbol('kBytesWritten');
const kHighWaterMark = Symbol('kHighWaterMark');

const HIGH_WATER_MARK = 16 * 1024;
const CRLF = Buffer.from('\r\n');

const noop = () => {};

const headersSent = (what, hide) =>
  nodeError(Error, 'ERR_HTTP_HEADERS_SENT', `Cannot ${what} headers after they are sent to the client`, hide);

function OutgoingMessage(options) {
  Stream.call(this);
  this.outputData = [];
  this.outputSize = 0;
  this.writable = true;
  this.destroyed = false;
  this._last = false;
  this.chunkedEncoding = false;
  this.shouldKeepAlive = true;
  this.maxRequestsOnConnectionReached = false;
  this._defaultKeepAlive = true;
  this.useChunkedEncodingByDefault = true;
  this.sendDate = false;
  this._removedConnection = false;
  this._removedContLen = false;
  this._removedTE = false;
  this.strictContentLength = false;
  this[kBytesWritten] = 0;
  this._contentLength = null;
  this._hasBody = true;
  this._trailer = '';
  this[kNeedDrain] = false;
  this.finished = false;
  this._headerSent = false;
  this[kCorked] = 0;
  this[kChunks] = [];
  this[kLength] = 0;
  this._closed = false;
  this.socket = null;
  this._header = null;
  this[kHeaders] = null;
  this._keepAliveTimeout = 0;
  this._onPendingData = noop;
  this[kErrored] = null;
  this[kHighWaterMark] = options?.highWaterMark ?? HIGH_WATER_MARK;
  this[kUniqueHeaders] = null;
}
Object.setPrototypeOf(OutgoingMessage.prototype, Stream.prototype);
Object.setPrototypeOf(OutgoingMessage, Stream);

const { prototype } = OutgoingMessage;

/** Adds accessors to the prototype. */
function accessors(found) {
  for (const [name, { get, set }] of Object.entries(Object.getOwnPropertyDescriptors(found))) {
    Object.defineProperty(prototype, name, { get, set, configurable: false, enumerable: false });
  }
}

accessors({
  get errored() {
    return this[kErrored];
  },
  get closed() {
    return this._closed;
  },
  get writableFinished() {
    return this.finished && this.outputSize === 0 && (!this.socket || this.socket.writableLength === 0);
  },
  get writableObjectMode() {
    return false;
  },
  get writableLength() {
    return this.outputSize + this[kLength] + (this.socket ? this.socket.writableLength : 0);
  },
  get writableHighWaterMark() {
    return this.socket ? this.socket.writableHighWaterMark : this[kHighWaterMark];
  },
  get writableCorked() {
    return this[kCorked];
  },
  get writableEnded() {
    return this.finished;
  },
  get writableNeedDrain() {
    return !this.destroyed && !this.finished && this[kNeedDrain];
  },
  get headersSent() {
    return Boolean(this._header);
  },
  get connection() {
    return this.socket;
  },
  set connection(socket) {
    this.socket = socket;
  },
  get _headers() {
    return this.getHeaders();
  },
  set _headers(headers) {
    this[kHeaders] = null;
    for (const name of Object.keys(headers ?? {})) this.setHeader(name, headers[name]);
  },
  get _headerNames() {
    const names = { __proto__: null };
    for (const [lower, [name]] of this[kHeaders] ?? []) names[lower] = name;
    return names;
  },
});

// Each function is a method without a prototype of its own, as Node's are plain functions of these names.
const methods = {
  _renderHeaders() {
    if (this._header) throw headersSent('render');
    const headers = {};
    for (const [, [name, value]] of this[kHeaders] ?? []) headers[name] = value;
    return headers;
  },

  cork() {
    this[kCorked] += 1;
    this.socket?.cork();
  },

  uncork() {
    if (this[kCorked] > 0) this[kCorked] -= 1;
    this.socket?.uncork();
    if (this[kCorked] > 0 || this[kChunks].length === 0) return;
    const size = this[kLength];
    const chunks = this[kChunks];
    this[kChunks] = [];
    this[kLength] = 0;
    this._send(size.toString(16), 'latin1', null);
    this._send(CRLF, null, null);
    let callbacks = null;
    for (const { data, encoding, callback } of chunks) {
      this._send(data, encoding, null);
      if (callback) (callbacks ??= []).push(callback);
    }
    const all = callbacks;
    this._send(CRLF, null, all === null ? null : (error) => all.forEach((callback) => callback(error)));
  },

  setTimeout(ms, callback) {
    if (callback) this.on('timeout', callback);
    if (this.socket) this.socket.setTimeout(ms);
    else this.once('socket', (socket) => socket.setTimeout(ms));
    return this;
  },

  destroy(error) {
    if (this.destroyed) return this;
    this.destroyed = true;
    this[kErrored] = error ?? null;
    if (this.socket) this.socket.destroy(error);
    else this.once('socket', (socket) => socket.destroy(error));
    return this;
  },

  /** Sends raw data, before which the header goes if it hasn't gone yet. */
  _send(data, encoding, callback, byteLength) {
    if (!this._headerSent) {
      const header = this._header;
      if (typeof data === 'string' && (encoding === 'utf8' || encoding === 'latin1' || !encoding)) data = header + data;
      else {
        this.outputData.unshift({ data: header, encoding: 'latin1', callback: null });
        this.outputSize += header.length;
        this._onPendingData(header.length);
      }
      this._headerSent = true;
    }
    return this._writeRaw(data, encoding, callback, byteLength);
  },

  _writeRaw(data, encoding, callback, size) {
    const { socket } = this;
    if (socket?.destroyed) return false;
    if (typeof encoding === 'function') [callback, encoding] = [encoding, null];
    if (socket && socket._httpMessage === this && socket.writable) {
      if (this.outputData.length > 0) this._flushOutput(socket);
      return socket.write(data, encoding, callback);
    }
    this.outputData.push({ data, encoding, callback });
    const length = size ?? data.length;
    this.outputSize += length;
    this._onPendingData(length);
    return this.outputSize < this[kHighWaterMark];
  },

  /** Makes the header: `firstLine`, the headers, and what says how the connection and the body end. */
  _storeHeader(firstLine, headers) {
    const expects = render(this, firstLine, headers);
    this._headerSent = false;
    if (expects) this._send('');
  },

  setHeader(name, value) {
    if (this._header) throw headersSent('set', this.setHeader);
    validateHeaderName(name);
    validateHeaderValue(name, value);
    this[kHeaders] ??= new Map();
    this[kHeaders].set(name.toLowerCase(), [name, value]);
    return this;
  },

  setHeaders(headers) {
    if (this._header) throw headersSent('set', this.setHeaders);
    if (!headers || Array.isArray(headers) || typeof headers.keys !== 'function' || typeof headers.get !== 'function') {
      throw invalidArgType('headers', 'an instance of Headers or Map', headers);
    }
    // Headers join the cookies, of which each is a header of its own.
    const cookies = [];
    for (const [name, value] of headers) {
      if (name === 'set-cookie') {
        if (Array.isArray(value)) cookies.push(...value);
        else cookies.push(value);
      } else this.setHeader(name, value);
    }
    if (cookies.length > 0) this.setHeader('set-cookie', cookies);
    return this;
  },

  appendHeader(name, value) {
    if (this._header) throw headersSent('append', this.appendHeader);
    validateHeaderName(name);
    validateHeaderValue(name, value);
    const key = name.toLowerCase();
    this[kHeaders] ??= new Map();
    const known = this[kHeaders].get(key);
    if (known === undefined) this[kHeaders].set(key, [name, value]);
    else known[1] = [known[1], value].flat();
    return this;
  },

  getHeader(name) {
    if (typeof name !== 'string') throw invalidArgType('name', 'of type string', name);
    return this[kHeaders]?.get(name.toLowerCase())?.[1];
  },

  getHeaderNames() {
    return this[kHeaders] === null ? [] : [...this[kHeaders].keys()];
  },

  getRawHeaderNames() {
    return this[kHeaders] === null ? [] : Array.from(this[kHeaders].values(), ([name]) => name);
  },

  getHeaders() {
    const headers = { __proto__: null };
    for (const [name, [, value]] of this[kHeaders] ?? []) headers[name] = value;
    return headers;
  },

  hasHeader(name) {
    if (typeof name !== 'string') throw invalidArgType('name', 'of type string', name);
    return this[kHeaders]?.has(name.toLowerCase()) ?? false;
  },

  removeHeader(name) {
    if (typeof name !== 'string') throw invalidArgType('name', 'of type string', name);
    if (this._header) throw headersSent('remove', this.removeHeader);
    const key = name.toLowerCase();
    if (key === 'connection') this._removedConnection = true;
    else if (key === 'content-length') this._removedContLen = true;
    else if (key === 'transfer-encoding') this._removedTE = true;
    else if (key === 'date') this.sendDate = false;
    this[kHeaders]?.delete(key);
  },

  _implicitHeader() {
    throw nodeError(Error, 'ERR_METHOD_NOT_IMPLEMENTED', 'The _implicitHeader() method is not implemented');
  },

  write(chunk, encoding, callback) {
    if (typeof encoding === 'function') [callback, encoding] = [encoding, null];
    const more = write(this, chunk, encoding, callback, false);
    if (!more) this[kNeedDrain] = true;
    return more;
  },

  addTrailers(headers) {
    this._trailer = '';
    const isArray = Array.isArray(headers);
    for (const key of Object.keys(headers)) {
      const [name, value] = isArray ? headers[key] : [key, headers[key]];
      validateHeaderName(name, 'Trailer name');
      const one = (each) => {
        validateTrailer(name, each);
        this._trailer += `${name}: ${each}\r\n`;
      };
      if (Array.isArray(value) && value.length > 1 && !this[kUniqueHeaders]?.has(name.toLowerCase()))
        value.forEach(one);
      else one(Array.isArray(value) ? value.join('; ') : value);
    }
  },

  end(chunk, encoding, callback) {
    if (typeof chunk === 'function') [callback, chunk, encoding] = [chunk, null, null];
    else if (typeof encoding === 'function') [callback, encoding] = [encoding, null];
    if (chunk) {
      if (this.finished) {
        onError(this, ended(), typeof callback === 'function' ? callback : noop);
        return this;
      }
      this.socket?.cork();
      write(this, chunk, encoding, null, true);
    } else if (this.finished) {
      if (typeof callback === 'function') {
        if (this.writableFinished) {
          callback(nodeError(Error, 'ERR_STREAM_ALREADY_FINISHED', 'Cannot call end after a stream was finished'));
        } else this.on('finish', callback);
      }
      return this;
    } else if (!this._header) {
      this.socket?.cork();
      this._contentLength = 0;
      this._implicitHeader();
    }
    if (typeof callback === 'function') this.once('finish', callback);
    if (strict(this) && this[kBytesWritten] !== this._contentLength) {
      throw mismatch(this[kBytesWritten], this._contentLength);
    }
    const finish = () => onFinish(this);
    if (this._hasBody && this.chunkedEncoding) this._send(`0\r\n${this._trailer}\r\n`, 'latin1', finish);
    else if (!this._headerSent || this.writableLength || chunk) this._send('', 'latin1', finish);
    else process.nextTick(finish);
    if (this.socket) {
      // What was held back goes now, whatever held it.
      this.socket._writableState.corked = 1;
      this.socket.uncork();
    }
    this[kCorked] = 1;
    this.uncork();
    this.finished = true;
    if (this.outputData.length === 0 && this.socket?._httpMessage === this) this._finish();
    return this;
  },

  _finish() {
    this.emit('prefinish');
  },

  /** The socket is there, or has room again. */
  _flush() {
    const { socket } = this;
    if (!socket?.writable) return;
    const more = this._flushOutput(socket);
    if (this.finished) this._finish();
    else if (more && this[kNeedDrain]) {
      this[kNeedDrain] = false;
      this.emit('drain');
    }
  },

  _flushOutput(socket) {
    while (this[kCorked] > 0) {
      this[kCorked] -= 1;
      socket.cork();
    }
    if (this.outputData.length === 0) return undefined;
    const waiting = this.outputData;
    socket.cork();
    let more;
    for (const { data, encoding, callback } of waiting) more = socket.write(data, encoding, callback);
    socket.uncork();
    this.outputData = [];
    this._onPendingData(-this.outputSize);
    this.outputSize = 0;
    return more;
  },

  flushHeaders() {
    if (!this._header) this._implicitHeader();
    this._send('');
  },

  pipe() {
    this.emit('error', nodeError(Error, 'ERR_STREAM_CANNOT_PIPE', 'Cannot pipe, not readable'));
  },

  /** A piece of the body, before it is framed. ClientRequest tells Rust of it. */
  _bodyPiece() {},
};
for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(prototype, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: name !== '_bodyPiece',
  });
}
prototype[Symbol.for('nodejs.rejection')] = function (error) {
  this.destroy(error);
};

const strict = (message) =>
  message.strictContentLength &&
  message._contentLength > 0 &&
  message._hasBody &&
  !message._removedContLen &&
  !message.chunkedEncoding &&
  !message.hasHeader('transfer-encoding');

const mismatch = (written, length) =>
  nodeError(
    Error,
    'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
    `Response body's content-length of ${written} byte(s) does not match the content-length of ${length} byte(s) set in header`,
  );

const ended = () => nodeError(Error, 'ERR_STREAM_WRITE_AFTER_END', 'write after end');

const destroyedError = () => nodeError(Error, 'ERR_STREAM_DESTROYED', 'Cannot call write after a stream was destroyed');

function onFinish(message) {
  if (message.socket?._hadError) return;
  message.emit('finish');
}

function onError(message, error, callback) {
  if (message.destroyed) return;
  process.nextTick(() => {
    callback(error);
    if (typeof message.emit === 'function' && !message.destroyed) message.emit('error', error);
  });
}

function write(message, chunk, encoding, callback, last) {
  if (typeof callback !== 'function') callback = noop;
  if (chunk === null) throw nodeError(TypeError, 'ERR_STREAM_NULL_VALUES', 'May not write null values to stream');
  if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
    throw invalidArgType('chunk', 'of type string or an instance of Buffer or Uint8Array', chunk);
  }
  const error = message.finished ? ended() : message.destroyed ? destroyedError() : undefined;
  if (error !== undefined) {
    if (message.destroyed) {
      process.nextTick(() => callback(error));
      process.nextTick(() => message.listenerCount('error') > 0 && message.finished && message.emit('error', error));
    } else onError(message, error, callback);
    return false;
  }
  const length = typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.byteLength;
  if (message.strictContentLength) {
    message[kBytesWritten] += length;
    const tooMuch = last
      ? message._contentLength !== null && strict(message) && message[kBytesWritten] !== message._contentLength
      : strict(message) && message[kBytesWritten] > message._contentLength;
    if (tooMuch) throw mismatch(length + (last ? 0 : 0) || length, message._contentLength);
  }
  if (!message._header) {
    if (last) message._contentLength = length;
    message._implicitHeader();
  }
  if (!message._hasBody) {
    process.nextTick(callback);
    return true;
  }
  // Until the end of the turn, small pieces go together.
  if (!last && message.socket && !message.socket.writableCorked) {
    message.socket.cork();
    process.nextTick(() => message.socket?.uncork());
  }
  message._bodyPiece(chunk, encoding);
  if (message.chunkedEncoding && chunk.length !== 0) {
    if (message[kCorked] > 0 && message._headerSent) {
      message[kChunks].push({ data: chunk, encoding, callback });
      message[kLength] += length;
      return message[kLength] < message[kHighWaterMark];
    }
    message._send(length.toString(16), 'latin1', null);
    message._send(CRLF, null, null);
    message._send(chunk, encoding, null, length);
    return message._send(CRLF, null, callback);
  }
  return message._send(chunk, encoding, callback, length);
}

const validateTrailer = (name, value) => {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw nodeError(TypeError, 'ERR_INVALID_CHAR', `Invalid character in trailer content ["${name}"]`);
  }
};

module.exports = { OutgoingMessage, kHeaders, kNeedDrain };
