'use strict';

// The socket under a request: Node's net.Socket over the ops of src/host/http. Where something else than the network
// answers (a cassette, the embedded AWS), no bytes pass through it: it is there for those who look at it.

const { Buffer } = require('node:buffer');
const { Duplex } = require('node:stream');
const process = require('node:process');
const { setTimeout, clearTimeout } = require('node:timers');
const { invalidArgType, nodeError, outOfRange, validateFunction } = require('../node-error.js');
const { networkError } = require('./errors.js');

const { ops, refOp, unrefOp, lastOp } = host;
const { PromisePrototypeThen } = host.primordials;

const TIMEOUT_MAX = 2 ** 31 - 1;

/** A timeout in milliseconds, checked as Node does. */
function checkTimeout(ms, name = 'msecs') {
  if (typeof ms !== 'number') throw invalidArgType(name, 'of type number', ms);
  if (!(ms >= 0 && ms < Infinity)) throw outOfRange(name, 'a non-negative finite number', ms);
  return Math.min(ms, TIMEOUT_MAX);
}

const family = (address) => (address === undefined ? undefined : address.includes(':') ? 'IPv6' : 'IPv4');

class Socket extends Duplex {
  #rid = null;
  #refed = true;
  #reading = false;
  // The number of the op that reads.
  #op = -1;
  #timer = null;
  #ends;
  #dispatched = 0;
  // What waits for the connection.
  #waiting = null;
  #connected = false;
  // How far the exchange over it is.
  #phase = 2;

  constructor(options) {
    super({
      allowHalfOpen: options?.allowHalfOpen ?? false,
      decodeStrings: false,
      emitClose: false,
      autoDestroy: true,
    });
    this.connecting = false;
    this._hadError = false;
    this._host = null;
    this._parent = null;
    this.timeout = 0;
    this.bytesRead = 0;
  }

  get pending() {
    return !this.#connected || this.connecting;
  }

  get readyState() {
    if (this.connecting) return 'opening';
    if (this.readable && this.writable) return 'open';
    if (this.readable) return 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  get bufferSize() {
    return this.writableLength;
  }

  get bytesWritten() {
    let bytes = this.#dispatched;
    for (const { chunk, encoding } of this.#waiting?.chunks ?? []) bytes += Buffer.byteLength(chunk, encoding);
    // What was written and is not being written yet.
    return bytes + Math.max(0, this.writableLength - (this.#waiting?.length ?? 0));
  }

  get remoteAddress() {
    return this.#ends?.remoteAddress;
  }

  get remotePort() {
    return this.#ends?.remotePort;
  }

  get remoteFamily() {
    return family(this.#ends?.remoteAddress);
  }

  get localAddress() {
    return this.#ends?.localAddress;
  }

  get localPort() {
    return this.#ends?.localPort;
  }

  get localFamily() {
    return family(this.#ends?.localAddress);
  }

  address() {
    if (this.#ends === undefined) return {};
    return { address: this.localAddress, family: this.localFamily, port: this.localPort };
  }

  /** Emits `timeout` when nothing has moved for `ms` milliseconds; 0 stands for never. */
  setTimeout(ms, callback) {
    if (this.destroyed) return this;
    this.timeout = ms;
    ms = checkTimeout(ms);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (callback !== undefined) validateFunction(callback, 'callback');
    if (ms === 0) {
      if (callback !== undefined) this.removeListener('timeout', callback);
    } else {
      this.#timer = setTimeout(() => this._onTimeout(), ms);
      // What waits for the socket keeps the function waiting.
      this.#timer.unref();
      if (callback !== undefined) this.once('timeout', callback);
    }
    return this;
  }

  _onTimeout() {
    this.emit('timeout');
  }

  /** Begins the time until `timeout` anew, because something moved. */
  _unrefTimer() {
    if (this.#timer !== null) this.#timer.refresh();
  }

  setNoDelay() {
    return this;
  }

  setKeepAlive() {
    return this;
  }

  ref() {
    this.#refed = true;
    if (this.#reading) refOp(this.#op);
    return this;
  }

  unref() {
    this.#refed = false;
    if (this.#reading) unrefOp(this.#op);
    return this;
  }

  /** Connects by `open`, which gives a promise of what Rust opened, or of an error. */
  _connect(open) {
    this.connecting = true;
    PromisePrototypeThen(open(), (opened) => {
      process.nextTick(() => {
        if (this.destroyed) {
          if (opened.rid !== undefined) ops.op_socket_close(opened.rid);
        } else if (opened.error !== undefined) this.destroy(networkError(opened.error));
        else this._opened(opened);
      });
    });
  }

  /** It is open: by the resource `rid`, or for whole exchanges only. */
  _opened({ rid = null, ...ends }) {
    this.#rid = rid;
    this.#ends = ends;
    this.#connected = true;
    this.connecting = false;
    if (this.#phase !== 2) this._exchange(this.#phase);
    this._unrefTimer();
    this._established(ends.tls);
  }

  _established() {
    this.emit('connect');
    this.emit('ready');
    this._start();
  }

  /** Begins to read, and writes what was waiting. */
  _start() {
    if (this.destroyed) return;
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null) this.#send(waiting.chunks, waiting.callback);
    // Somebody may have asked for data before there was a connection.
    if (this._readableState.reading) this._read();
    else if (!this.isPaused()) this.read(0);
  }

  /** The addresses of a connection that something else has. */
  _setEnds(ends) {
    this.#ends = ends;
  }

  /** The number of the connection in Rust, or null. */
  get _rid() {
    return this.#rid;
  }

  _read() {
    if (this.#rid === null || this.#reading) return;
    this.#reading = true;
    const reading = ops.op_socket_read(this.#rid);
    this.#op = lastOp();
    if (!this.#refed) unrefOp(this.#op);
    PromisePrototypeThen(reading, (read) => {
      this.#reading = false;
      // An error of a listener must be an uncaught error, and not reject this promise.
      process.nextTick(() => {
        if (!this.destroyed) this.#received(read);
      });
    });
  }

  #received({ chunk, error }) {
    this._unrefTimer();
    if (error !== undefined) {
      this.destroy(error.message === 'socket hang up' ? undefined : networkError(error));
    } else if (chunk == null) {
      this.push(null);
      this.read(0);
    } else {
      this.bytesRead += chunk.byteLength;
      // The copy counts as the function's memory, which the op's own result does not.
      this.push(Buffer.from(chunk));
    }
  }

  _write(chunk, encoding, callback) {
    this.#send([{ chunk, encoding }], callback);
  }

  _writev(chunks, callback) {
    this.#send(chunks, callback);
  }

  #send(chunks, callback) {
    if (this.connecting || !this.#connected) {
      this.#waiting = { chunks, callback, length: this.writableLength };
      return;
    }
    this._unrefTimer();
    const parts = chunks.map(({ chunk, encoding }) =>
      typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
    );
    const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    this.#dispatched += bytes.byteLength;
    if (this.#rid === null) {
      process.nextTick(callback);
      return;
    }
    PromisePrototypeThen(ops.op_socket_write(this.#rid, bytes), (reply) => {
      process.nextTick(() => {
        this._unrefTimer();
        if (this.destroyed) callback(reset('socket hang up'));
        else callback(reply?.error === undefined ? null : networkError(reply.error));
      });
    });
  }

  _final(callback) {
    if (this.connecting) {
      this.once('connect', () => this._final(callback));
      return;
    }
    if (this.#rid === null) callback();
    else PromisePrototypeThen(ops.op_socket_shutdown(this.#rid), () => process.nextTick(callback));
  }

  destroySoon() {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  resetAndDestroy() {
    return this.destroy();
  }

  _destroy(error, callback) {
    this.connecting = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#rid !== null) ops.op_socket_close(this.#rid);
    this.#rid = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    this._hadError ||= Boolean(error);
    callback(error);
    if (waiting !== null) {
      const text = 'Socket closed before the connection was established';
      waiting.callback(error ?? nodeError(Error, 'ERR_SOCKET_CLOSED_BEFORE_CONNECTION', text));
    }
    process.nextTick(() => this.emit('close', Boolean(error)));
  }

  /** Whether the other side has ended an idle connection, which may not be known here yet. */
  _isStale() {
    return this.#rid !== null && ops.op_socket_ended(this.#rid);
  }

  /** Tells Rust how far an exchange is, by the numbers of `op_socket_exchange`. */
  _exchange(phase) {
    this.#phase = phase;
    if (this.#rid !== null) ops.op_socket_exchange(this.#rid, phase);
  }
}

/** The error of a connection that was ended early. */
function reset(message) {
  const error = new Error(message);
  error.code = 'ECONNRESET';
  return error;
}

module.exports = { Socket, checkTimeout };
