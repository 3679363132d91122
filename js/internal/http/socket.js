'use strict';

// What functions and libraries touch of a request's socket. The real socket is in Rust, and no bytes
// pass through this one.

const EventEmitter = require('node:events');
const { setTimeout, clearTimeout } = require('node:timers');
const { invalidArgType, outOfRange, validateFunction } = require('../node-error.js');

const TIMEOUT_MAX = 2 ** 31 - 1;

/** A timeout in milliseconds, checked as Node does. */
function checkTimeout(ms, name = 'msecs') {
  if (typeof ms !== 'number') throw invalidArgType(name, 'of type number', ms);
  if (!(ms >= 0 && ms < Infinity)) throw outOfRange(name, 'a non-negative finite number', ms);
  return Math.min(ms, TIMEOUT_MAX);
}

class Socket extends EventEmitter {
  /** The stand-in for the socket of the request `owner`. */
  constructor(owner, encrypted) {
    super();
    this.connecting = true;
    this.destroyed = false;
    this.readable = true;
    this.writable = true;
    this.timeout = 0;
    this.bytesRead = 0;
    this.bytesWritten = 0;
    if (encrypted) {
      this.encrypted = true;
      this.authorized = false;
    }
    Object.defineProperty(this, '_timer', { value: null, writable: true });
    Object.defineProperty(this, '_owner', { value: owner });
  }

  get readyState() {
    if (this.connecting) return 'opening';
    return this.destroyed ? 'closed' : 'open';
  }

  get pending() {
    return this.connecting;
  }

  address() {
    return this.localAddress === undefined
      ? {}
      : { address: this.localAddress, family: family(this.localAddress), port: this.localPort };
  }

  /** Emits `timeout` when nothing has moved for `ms` milliseconds; 0 stands for never. */
  setTimeout(ms, callback) {
    ms = checkTimeout(ms);
    this.timeout = ms;
    this._stop();
    if (callback !== undefined) {
      validateFunction(callback, 'callback');
      if (ms === 0) this.removeListener('timeout', callback);
      else this.once('timeout', callback);
    }
    if (ms > 0 && !this.destroyed) {
      this._timer = setTimeout(() => this.emit('timeout'), ms);
      // The request itself keeps the function waiting.
      this._timer.unref();
    }
    return this;
  }

  setNoDelay() {
    return this;
  }

  setKeepAlive() {
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  cork() {}

  uncork() {}

  getPeerCertificate() {
    return {};
  }

  /** Ends the request that this socket carries. */
  destroy(error) {
    this._owner.destroy(error);
    return this;
  }

  /** Begins the time until `timeout` anew, because something moved. */
  _active() {
    if (this._timer !== null) this._timer.refresh();
  }

  _connected(head, authorized) {
    this.connecting = false;
    this.remoteAddress = head.remoteAddress;
    this.remotePort = head.remotePort;
    this.remoteFamily = family(head.remoteAddress);
    this.localAddress = head.localAddress;
    this.localPort = head.localPort;
    if (this.encrypted) this.authorized = authorized;
    this.emit('connect');
    if (this.encrypted) this.emit('secureConnect');
    this.emit('ready');
  }

  _stop() {
    if (this._timer === null) return;
    clearTimeout(this._timer);
    this._timer = null;
  }

  _close(error) {
    if (this.destroyed) return;
    this._stop();
    this.destroyed = true;
    this.connecting = false;
    this.readable = false;
    this.writable = false;
    this.emit('close', error != null);
  }
}

const family = (address) => (address.includes(':') ? 'IPv6' : 'IPv4');

module.exports = { Socket, checkTimeout };
