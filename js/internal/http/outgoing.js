'use strict';

// Node's OutgoingMessage: the headers of a message to be sent.

const { Writable } = require('node:stream');
const { Buffer } = require('node:buffer');
const { invalidArgType, nodeError } = require('../node-error.js');
const { validateHeaderName, validateHeaderValue } = require('./headers.js');

const kHeaders = Symbol('kOutHeaders');

class OutgoingMessage extends Writable {
  constructor() {
    // Node's message lives on after its last byte, until the response has been read.
    super({ autoDestroy: false, decodeStrings: true });
    this.shouldKeepAlive = true;
    this.useChunkedEncodingByDefault = true;
    this.sendDate = false;
    this.finished = false;
    this._header = null;
    this._trailers = [];
    // Maps a lower-case name to [the name as it was given, the value].
    this[kHeaders] = null;
  }

  get connection() {
    return this.socket;
  }

  get headersSent() {
    return this._header !== null;
  }

  setHeader(name, value) {
    this._unsent('set');
    validateHeaderName(name);
    if (Array.isArray(value)) for (const each of value) validateHeaderValue(name, each);
    else validateHeaderValue(name, value);
    this[kHeaders] ??= new Map();
    this[kHeaders].set(name.toLowerCase(), [name, value]);
    return this;
  }

  setHeaders(headers) {
    this._unsent('set');
    if (!headers || Array.isArray(headers) || typeof headers.keys !== 'function' || typeof headers.get !== 'function') {
      throw invalidArgType('headers', 'an instance of Headers or Map', headers);
    }
    for (const name of headers.keys()) this.setHeader(name, headers.get(name));
    return this;
  }

  appendHeader(name, value) {
    this._unsent('append');
    validateHeaderName(name);
    for (const each of [value].flat()) validateHeaderValue(name, each);
    const before = this.getHeader(name);
    return before === undefined ? this.setHeader(name, value) : this.setHeader(name, [before, value].flat());
  }

  getHeader(name) {
    if (typeof name !== 'string') throw invalidArgType('name', 'of type string', name);
    return this[kHeaders]?.get(name.toLowerCase())?.[1];
  }

  hasHeader(name) {
    if (typeof name !== 'string') throw invalidArgType('name', 'of type string', name);
    return this[kHeaders]?.has(name.toLowerCase()) ?? false;
  }

  removeHeader(name) {
    if (typeof name !== 'string') throw invalidArgType('name', 'of type string', name);
    this._unsent('remove');
    this[kHeaders]?.delete(name.toLowerCase());
  }

  getHeaderNames() {
    return this[kHeaders] === null ? [] : [...this[kHeaders].keys()];
  }

  getRawHeaderNames() {
    return this[kHeaders] === null ? [] : Array.from(this[kHeaders].values(), ([name]) => name);
  }

  getHeaders() {
    const headers = { __proto__: null };
    if (this[kHeaders] !== null) for (const [name, [, value]] of this[kHeaders]) headers[name] = value;
    return headers;
  }

  addTrailers(headers) {
    const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
    for (const [name, value] of pairs) {
      validateHeaderName(name, 'Trailer name');
      for (const each of [value].flat()) {
        validateHeaderValue(name, each);
        this._trailers.push(name, String(each));
      }
    }
  }

  write(chunk, encoding, callback) {
    return super.write(bytes(chunk), encoding, callback);
  }

  _unsent(what) {
    if (this._header === null) return;
    const text = `Cannot ${what} headers after they are sent to the client`;
    throw nodeError(Error, 'ERR_HTTP_HEADERS_SENT', text, this._unsent);
  }

  /** The headers to send as names and values in turn, in the order in which they were set. */
  _rawHeaders() {
    const raw = [];
    if (this[kHeaders] === null) return raw;
    for (const [lower, [name, value]] of this[kHeaders]) {
      if (!Array.isArray(value)) raw.push(name, String(value));
      else if (lower === 'cookie') raw.push(name, value.join('; '));
      else for (const each of value) raw.push(name, String(each));
    }
    return raw;
  }
}

/** The bytes of a chunk: a string, a Buffer or any other Uint8Array. Anything else is Node's error. */
function bytes(chunk) {
  if (chunk === null)
    throw nodeError(TypeError, 'ERR_STREAM_NULL_VALUES', 'May not write null values to stream', bytes);
  if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) return chunk;
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw invalidArgType('chunk', 'of type string or an instance of Buffer or Uint8Array', chunk);
}

module.exports = { OutgoingMessage };
