'use strict';

// From bytes to messages: Node's use of its parser, which here is src/net/response_parser.rs.

const { Buffer } = require('node:buffer');
const { IncomingMessage } = require('./incoming.js');

const { ops } = host;

/** As many names and values as Node keeps of a message's headers. */
const MAX_PAIRS = 2000;
const MAX_HEADER_SIZE = 16 * 1024;

const ASKED = { __proto__: null, HEAD: 1, CONNECT: 2 };

class ResponseParser {
  #handle;

  constructor(maxHeaderSize, lenient) {
    this.maxHeaderPairs = MAX_PAIRS;
    this.incoming = null;
    this.outgoing = null;
    this.socket = null;
    this.onIncoming = null;
    this.joinDuplicateHeaders = null;
    this.maxHeaderSize = maxHeaderSize || MAX_HEADER_SIZE;
    this.lenient = Boolean(lenient);
    // Nobody listens any more.
    this.freed = false;
  }

  /** Reads `bytes` and makes messages of them. Gives an error, or where another protocol begins. */
  execute(bytes) {
    this.#handle ??= ops.op_http_parser(this.maxHeaderSize, this.lenient);
    return this.#deal(ops.op_http_parse(this.#handle, ASKED[this.outgoing?.method] ?? 0, bytes), bytes);
  }

  /** The connection has ended. */
  finish() {
    if (this.#handle !== undefined) this.#deal(ops.op_http_parse_end(this.#handle));
  }

  /** The head of a response that came whole. */
  answered({ minor, status, reason, headers }) {
    this.#head({ major: 1, minor, status, reason, headers, upgrade: false, keepAlive: true });
  }

  /** A part of its body. */
  body(bytes) {
    this.#body(bytes);
  }

  complete(trailers) {
    this.#complete(trailers);
  }

  #deal(pieces, bytes) {
    for (const piece of pieces) {
      if (this.freed) return undefined;
      if (piece.code !== undefined) return parseError(piece, bytes);
      if (piece.status !== undefined) this.#head(piece);
      else if (piece.start !== undefined) this.#body(bytes.subarray(piece.start, piece.end));
      else if (piece.trailers !== undefined) this.#complete(piece.trailers);
      else return piece.rest;
    }
    return undefined;
  }

  #head({ major, minor, status, reason, headers, upgrade, keepAlive }) {
    const message = new IncomingMessage(this.socket);
    message.httpVersionMajor = major;
    message.httpVersionMinor = minor;
    message.httpVersion = `${major}.${minor}`;
    message.joinDuplicateHeaders = this.joinDuplicateHeaders;
    message.upgrade = upgrade;
    message.statusCode = status;
    message.statusMessage = reason;
    const { maxHeaderPairs: most } = this;
    // Node's parser hands over 31 headers at a time, until there are enough.
    if (most > 0) message._addHeaderLines(headers.slice(0, Math.ceil(most / 62) * 62), most);
    else message._addHeaderLines(headers, headers.length);
    this.incoming = message;
    this.skipped = this.onIncoming(message, keepAlive);
  }

  #body(bytes) {
    const message = this.incoming;
    this.outgoing?._exchange?.came(bytes);
    if (message === null || message._dumped) return;
    if (!message.push(bytes)) message.socket?.pause();
  }

  #complete(trailers) {
    const message = this.incoming;
    if (message === null) return;
    message.complete = true;
    if (trailers.length > 0) message._addTrailerLines(trailers);
    this.outgoing?._exchange?.completed(message);
    message.push(null);
    this.socket?.resume();
  }

  /** What Node's parser does when its connection is over or is used by something else. */
  free() {
    this.freed = true;
    if (this.socket?.parser === this) this.socket.parser = null;
    if (this.outgoing?.parser === this) this.outgoing.parser = null;
    this.socket = null;
    this.outgoing = null;
    this.incoming = null;
    this.onIncoming = null;
  }
}

function parseError({ code, reason, at }, bytes) {
  const error = new Error(`Parse Error: ${reason}`);
  error.code = code;
  error.reason = reason;
  error.bytesParsed = at;
  error.rawPacket = Buffer.from(bytes);
  return error;
}

module.exports = { MAX_HEADER_SIZE, ResponseParser };
