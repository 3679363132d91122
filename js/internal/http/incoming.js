'use strict';

// A response, as Node's IncomingMessage.

const { Readable } = require('node:stream');
const { Buffer } = require('node:buffer');
const process = require('node:process');
const { distinct, joined } = require('./headers.js');
const { reset } = require('./errors.js');

class IncomingMessage extends Readable {
  constructor(socket) {
    super();
    this.httpVersionMajor = null;
    this.httpVersionMinor = null;
    this.httpVersion = null;
    this.complete = false;
    this.rawHeaders = [];
    this.rawTrailers = [];
    this.joinDuplicateHeaders = false;
    this.aborted = false;
    this.upgrade = null;
    this.url = '';
    this.method = null;
    this.statusCode = null;
    this.statusMessage = null;
    this.socket = socket;
    this.client = socket;
    // `_more` reads more of the body. `_wanted` says that more was asked for before it could be read.
    for (const name of ['_more', '_wanted', '_headers', '_trailers', '_headersDistinct', '_trailersDistinct']) {
      Object.defineProperty(this, name, { value: undefined, writable: true });
    }
  }

  get connection() {
    return this.socket;
  }

  set connection(socket) {
    this.socket = socket;
  }

  get headers() {
    return (this._headers ??= joined(this.rawHeaders, this.joinDuplicateHeaders));
  }

  set headers(headers) {
    this._headers = headers;
  }

  get trailers() {
    return (this._trailers ??= joined(this.rawTrailers, this.joinDuplicateHeaders));
  }

  set trailers(trailers) {
    this._trailers = trailers;
  }

  get headersDistinct() {
    return (this._headersDistinct ??= distinct(this.rawHeaders));
  }

  set headersDistinct(headers) {
    this._headersDistinct = headers;
  }

  get trailersDistinct() {
    return (this._trailersDistinct ??= distinct(this.rawTrailers));
  }

  set trailersDistinct(trailers) {
    this._trailersDistinct = trailers;
  }

  setTimeout(ms, callback) {
    if (callback) this.on('timeout', callback);
    this.socket.setTimeout(ms);
    return this;
  }

  _read() {
    if (this._more === undefined) this._wanted = true;
    else this._more();
  }

  _destroy(error, callback) {
    if (!this.complete && !this.aborted) {
      this.aborted = true;
      this.emit('aborted');
    }
    // A response that broke off is an error only if somebody listens for errors.
    process.nextTick(() => callback(error && this.listenerCount('error') > 0 ? error : null));
    if (this.socket && !this.socket.destroyed && this.aborted) this.socket.destroy(error);
  }

  /** Receives the part of the body that came with the head. `more` reads the next part. */
  _begin(part, more) {
    if (this.destroyed) return;
    this._receive(part);
    if (part.done) return;
    this._more = more;
    if (this._wanted && part.chunk === undefined) more();
  }

  /** Receives what an op has read of the body. */
  _receive({ chunk, done, trailers }) {
    if (chunk !== undefined) {
      if (this.socket) this.socket.bytesRead += chunk.byteLength;
      this.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }
    if (!done) return;
    if (trailers !== undefined) this.rawTrailers = trailers;
    this.complete = true;
    this.push(null);
  }

  /** Ends a response whose connection broke before the end of the body. */
  _breakOff() {
    if (!this.destroyed) this.destroy(reset('aborted'));
  }

  /** Reads a body that nobody wants and throws it away, so that its connection can be used again. */
  _dump() {
    this.resume();
  }
}

module.exports = { IncomingMessage };
