'use strict';

// Node's IncomingMessage: a response.

const { Readable, finished } = require('node:stream');
const process = require('node:process');
const { distinct, joined } = require('./headers.js');

class IncomingMessage extends Readable {
  // Made when they are asked for.
  #headers;
  #trailers;
  #headersDistinct;
  #trailersDistinct;

  constructor(socket) {
    super(socket ? { highWaterMark: socket.readableHighWaterMark } : undefined);
    this.socket = socket;
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
    this.client = socket;
    this._consuming = false;
    this._dumped = false;
  }

  get connection() {
    return this.socket;
  }

  set connection(socket) {
    this.socket = socket;
  }

  get headers() {
    return (this.#headers ??= joined(this.rawHeaders, this.joinDuplicateHeaders));
  }

  set headers(headers) {
    this.#headers = headers;
  }

  get trailers() {
    return (this.#trailers ??= joined(this.rawTrailers, this.joinDuplicateHeaders));
  }

  set trailers(trailers) {
    this.#trailers = trailers;
  }

  get headersDistinct() {
    return (this.#headersDistinct ??= distinct(this.rawHeaders));
  }

  set headersDistinct(headers) {
    this.#headersDistinct = headers;
  }

  get trailersDistinct() {
    return (this.#trailersDistinct ??= distinct(this.rawTrailers));
  }

  set trailersDistinct(trailers) {
    this.#trailersDistinct = trailers;
  }

  setTimeout(ms, callback) {
    if (callback) this.on('timeout', callback);
    this.socket.setTimeout(ms);
    return this;
  }

  /** Of `headers`, the first `count` names and values are in `this.headers`. */
  _addHeaderLines(headers, count) {
    this.rawHeaders = headers;
    if (headers.length > count) this.#headers = joined(headers.slice(0, count), this.joinDuplicateHeaders);
  }

  _addTrailerLines(trailers) {
    this.rawTrailers = trailers;
  }

  _read() {
    if (!this._consuming) {
      this._readableState.readingMore = false;
      this._consuming = true;
    }
    if (this.socket?.readable) this.socket.resume();
  }

  _destroy(error, callback) {
    if (!this.readableEnded || !this.complete) {
      this.aborted = true;
      this.emit('aborted');
    }
    // A response that was read to its end leaves its socket to others.
    if (this.socket && !this.socket.destroyed && this.aborted) {
      this.socket.destroy(error);
      const undo = finished(this.socket, (found) => {
        if (found?.code === 'ERR_STREAM_PREMATURE_CLOSE') found = null;
        undo();
        process.nextTick(() => settle(this, found || error, callback));
      });
    } else process.nextTick(() => settle(this, error, callback));
  }

  /** Reads a body that nobody wants and throws it away, so that its connection can be used again. */
  _dump() {
    if (this._dumped) return;
    this._dumped = true;
    this.removeAllListeners('data');
    this.resume();
  }
}

/** A response that broke off is an error only if somebody listens for errors. */
function settle(message, error, callback) {
  callback(message.listenerCount('error') > 0 ? error : null);
}

module.exports = { IncomingMessage };
