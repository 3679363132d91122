'use strict';

// What Rust hears of a request and its response. Over a socket for bytes it is only told, so that the exchange is
// traced and perhaps recorded. Over a socket for whole exchanges Rust makes it: something else than the network may
// answer.

const { Buffer } = require('node:buffer');
const process = require('node:process');
const { networkError } = require('./errors.js');

const { ops } = host;
const { PromisePrototypeThen } = host.primordials;

/** The headers that go out, names and values in turn. */
function headersOf(header) {
  const list = [];
  for (const line of header.split('\r\n').slice(1)) {
    const colon = line.indexOf(': ');
    if (colon > 0) list.push(line.slice(0, colon), line.slice(colon + 2));
  }
  return list;
}

/** A part of a `WatchedExchange` or `WireRequest`. */
const head = (request) => ({
  method: request.method,
  origin: request._origin,
  path: request.path,
  headers: request._header === null ? [] : headersOf(request._header),
});

/** The exchange of a request over a socket that is used in this way: `op_http_use`. */
function exchangeOver(way, request) {
  return way === 2 ? new Whole(request) : new Told(request, way === 1);
}

/** An exchange over a socket for bytes. */
class Told {
  #watch = null;
  #request;
  // The pieces of the body that were written before the exchange began; null when they are of no interest.
  #before;
  #begun = false;

  constructor(request, keeps) {
    this.#request = request;
    this.#before = keeps ? [] : null;
    this.keeps = keeps;
  }

  /** The same, which has not begun, over another kind of socket. */
  over(way) {
    const other = exchangeOver(way, this.#request);
    for (const piece of this.#before ?? []) other.sent(piece);
    return other;
  }

  /** The first byte goes out, or would have. */
  begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.#watch = ops.op_http_watch(head(this.#request));
    for (const piece of this.#before ?? []) ops.op_http_watch_sent(this.#watch, piece);
    this.#before = null;
  }

  sent(piece) {
    if (this.#before !== null) this.#before.push(piece);
    else if (this.keeps && this.#watch !== null) ops.op_http_watch_sent(this.#watch, piece);
  }

  /** The request is complete. */
  finished() {
    this.#request.socket?._exchange?.(3);
  }

  responded(message) {
    ops.op_http_watch_head(this.#watch, message.statusCode);
    if (this.keeps) ops.op_http_watch_headers(this.#watch, message.rawHeaders);
    this.#request.socket._exchange?.(1);
  }

  /** A piece of the response's body came. */
  came(piece) {
    if (this.keeps && this.#watch !== null) ops.op_http_watch_came(this.#watch, piece);
  }

  /** The response is complete. */
  completed(message) {
    // Interim responses are complete, too.
    if (message === this.#request.res || message.upgrade) this.#over('');
  }

  /** There will be no more. */
  failed(error) {
    this.begin();
    const { message, errors } = error ?? {};
    this.#over(String(message || errors?.at(-1)?.message || 'aborted'));
  }

  /** The connection is gone, and nobody has said why. */
  closed() {
    if (this.#watch !== null) this.#over('');
  }

  #over(reason) {
    if (this.#watch !== null) ops.op_http_watch_over(this.#watch, reason);
    this.#watch = null;
    this.#begun = true;
    this.#request.socket?._exchange?.(2);
  }
}

/** An exchange that Rust makes. */
class Whole {
  #rid = null;
  #request;
  #pieces = [];
  #begun = false;
  #whole = false;
  #writing = Promise.resolve();
  #reading = false;
  #over = false;

  constructor(request) {
    this.#request = request;
  }

  /** The same, which has not begun, over another kind of socket. */
  over(way) {
    const other = exchangeOver(way, this.#request);
    for (const piece of this.#pieces) other.sent(piece);
    return other;
  }

  /** The first bytes would go out. What is complete at the end of the turn goes in one op. */
  begin() {
    if (this.#begun) return;
    this.#begun = true;
    process.nextTick(() => process.nextTick(() => this.#send()));
  }

  #send() {
    if (this.#over) return;
    const request = this.#request;
    const wire = { ...head(request), tls: request._tls };
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#whole = request.finished && request._trailer === '';
    let body = null;
    if (this.#whole) body = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    this.#rid = ops.op_http_begin(!this.#whole);
    if (/^100-continue$/i.test(request.getHeader('expect'))) {
      // Interim responses are not seen here. A client may go on without waiting for this one.
      process.nextTick(() => request.emit('continue'));
    }
    PromisePrototypeThen(ops.op_http_send(this.#rid, wire, body), (reply) => {
      process.nextTick(() => this.#respond(reply));
    });
    if (this.#whole) return;
    for (const piece of pieces) this.#write(piece);
    if (request.finished) this.finished();
  }

  #write(piece) {
    const rid = this.#rid;
    this.#writing = PromisePrototypeThen(this.#writing, () => ops.op_http_write(rid, piece));
  }

  sent(piece) {
    if (this.#rid === null) this.#pieces.push(piece);
    else if (!this.#whole) this.#write(piece);
  }

  /** The request is complete. */
  finished() {
    if (this.#rid === null || this.#whole) return;
    this.#whole = true;
    const rid = this.#rid;
    const trailers = headersOf(`\r\n${this.#request._trailer}`);
    this.#writing = PromisePrototypeThen(this.#writing, () => ops.op_http_finish(rid, trailers));
  }

  #respond({ error, head: found, part }) {
    ops.op_http_heard();
    const request = this.#request;
    const { socket } = request;
    if (this.#over || socket === null || socket.destroyed) return;
    if (error !== undefined) {
      socket.destroy(networkError(error));
      return;
    }
    const { remoteAddress, remotePort, localAddress, localPort } = found;
    socket._setEnds({ remoteAddress, remotePort, localAddress, localPort });
    const { parser } = request;
    if (parser === null) return;
    parser.answered(found);
    this.#receive(part);
  }

  #receive({ chunk, done, trailers, error }) {
    const request = this.#request;
    const { parser, socket } = request;
    if (parser === null || socket === null || socket.destroyed) return;
    socket._unrefTimer();
    if (error !== undefined) {
      this.#over = true;
      if (error.message === 'aborted') socket.destroy();
      else socket.destroy(networkError(error));
      return;
    }
    if (chunk !== undefined) {
      socket.bytesRead += chunk.byteLength;
      // The copy counts as the function's memory, which the op's own result does not.
      parser.body(Buffer.from(chunk));
    }
    if (done) {
      this.#over = true;
      parser.complete(trailers ?? []);
      request._answered();
    } else if (socket.readableFlowing === false || socket.isPaused()) socket.once('resume', () => this.#more());
    else this.#more();
  }

  #more() {
    if (this.#reading || this.#over) return;
    this.#reading = true;
    PromisePrototypeThen(ops.op_http_read(this.#rid), (part) => {
      process.nextTick(() => {
        this.#reading = false;
        if (!this.#over) this.#receive(part);
      });
    });
  }

  responded() {}

  came() {}

  completed() {}

  failed() {
    this.closed();
  }

  closed() {
    this.#over = true;
    if (this.#rid !== null) ops.op_http_close(this.#rid);
  }
}

module.exports = { exchangeOver };
