'use strict';

// Node's net and tls without sockets: requests go through segfn's one door, which knows HTTP only. What would
// connect fails as a connection does, by an `error` event, so that the libraries built on it say so in their way.

const { Duplex } = require('node:stream');
const process = require('node:process');
const absent = require('./absent.js');

/** The places that `connect` takes: a port and perhaps a host, a path, or options. */
function placeOf(args) {
  const [first, second] = args;
  if (first !== null && typeof first === 'object') return first;
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first };
  return { port: Number(first), host: typeof second === 'string' ? second : undefined };
}

/** Node's error of a system that can't connect, which says why. */
function refusal(place) {
  const { path, port, host: name = 'localhost' } = place;
  const address = path ?? `${name}:${port}`;
  host.ops.op_warn(
    `connecting to ${address} can't work here, though it would on the platform: segfn has no raw sockets, and functions ` +
      'reach the network by HTTP only',
  );
  const error = new Error(
    `connect ENOTSUP ${address} (segfn has no raw sockets: functions reach the network by HTTP only)`,
  );
  return Object.assign(error, {
    errno: -95,
    code: 'ENOTSUP',
    syscall: 'connect',
    ...(path === undefined ? { address: name, port } : { address: path }),
  });
}

class Socket extends Duplex {
  constructor(options) {
    super({ allowHalfOpen: options?.allowHalfOpen, autoDestroy: true });
    this.connecting = false;
    this.bytesRead = 0;
    this.bytesWritten = 0;
    this.timeout = 0;
  }

  connect(...args) {
    const place = placeOf(Array.isArray(args[0]) ? args[0] : args);
    this.connecting = true;
    const error = refusal(place);
    process.nextTick(() => {
      this.connecting = false;
      this.destroy(error);
    });
    return this;
  }

  get pending() {
    return true;
  }

  get readyState() {
    return this.connecting ? 'opening' : 'closed';
  }

  address() {
    return {};
  }

  setTimeout(ms, callback) {
    this.timeout = ms;
    if (callback) this.once('timeout', callback);
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

  _read() {}

  // Nothing is ever written: what was meant to be waits for a connection, and fails with it.
  _write() {}
}

class TLSSocket extends Socket {
  constructor(socket, options) {
    super(options);
    this.encrypted = true;
    this.authorized = false;
  }

  getPeerCertificate() {
    return {};
  }
}

/** A function that makes a `Class` and connects it, as `net.connect` does. */
const connector = (Class) =>
  function connect(...args) {
    const callback = args.at(-1);
    const socket = new Class();
    if (typeof callback === 'function') socket.once(Class === TLSSocket ? 'secureConnect' : 'connect', callback);
    return socket.connect(...args);
  };

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const isIPv4 = (text) => V4.test(String(text));
/** By the parser of URLs, which knows all ways to write an address; a zone stands behind a `%`. */
function isIPv6(text) {
  const [address, zone] = String(text).split('%', 2);
  return (
    !/[^\da-f:.]/i.test(address) &&
    zone !== '' &&
    address.includes(':') &&
    globalThis.URL.canParse(`http://[${address}]/`)
  );
}

const net = absent('net', 'sockets', {
  Socket,
  Stream: Socket,
  connect: connector(Socket),
  createConnection: connector(Socket),
  isIP: (text) => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0),
  isIPv4,
  isIPv6,
  getDefaultAutoSelectFamily: () => true,
  setDefaultAutoSelectFamily() {},
});

const tls = absent('tls', 'sockets', {
  TLSSocket,
  connect: connector(TLSSocket),
  createSecureContext: () => ({ context: {} }),
  checkServerIdentity: () => undefined,
  rootCertificates: Object.freeze([]),
  DEFAULT_MIN_VERSION: 'TLSv1.2',
  DEFAULT_MAX_VERSION: 'TLSv1.3',
});

module.exports = { net, tls };
