'use strict';

// Node's net and tls without sockets: a function reaches the network through segfn's transport, which speaks HTTP only.
// Connecting fails as it does in Node, by an `error` event, so that the libraries built on it report it in their way.

const { Duplex } = require('node:stream');
const process = require('node:process');
const absent = require('./absent.js');

/** Where `connect` is to connect to: its arguments are a port and perhaps a host, a path, or options. */
function addressOf(args) {
  const [first, second] = args;
  if (first !== null && typeof first === 'object') return first;
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first };
  return { port: Number(first), host: typeof second === 'string' ? second : undefined };
}

/** Node's error for a system that can't connect. Its message says why. */
function refusal({ path, port, host: name = 'localhost' }) {
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
    this.connecting = true;
    const error = refusal(addressOf(Array.isArray(args[0]) ? args[0] : args));
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

  // Nothing is ever written. What a library writes waits for the connection, and fails with it.
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

/** A function that makes a socket of `Class` and connects it, as `net.connect` does. */
const connector = (Class) =>
  function connect(...args) {
    const callback = args.at(-1);
    const socket = new Class();
    if (typeof callback === 'function') socket.once(Class === TLSSocket ? 'secureConnect' : 'connect', callback);
    return socket.connect(...args);
  };

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const isIPv4 = (text) => V4.test(String(text));
/** The parser of URLs decides, as it knows all ways to write an address. A zone may follow after a `%`. */
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
