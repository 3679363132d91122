'use strict';

// How an agent makes a connection: Node's net.connect and tls.connect, with the options of a request.

const process = require('node:process');
const { invalidArgType, nodeError, received } = require('../node-error.js');
const { Socket } = require('./socket.js');
const { TLSSocket } = require('./tls-socket.js');
const { networkError } = require('./errors.js');
const { tlsOf } = require('./options.js');

const { ops } = host;
const { PromisePrototypeThen } = host.primordials;

/** In the options of a connection, the request that it is made for. */
const kRequest = Symbol('kRequest');
/** Marks segfn's own listeners. */
const kOwn = Symbol('kOwn');

const isIPv4 = (text) => /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
const isIP = (text) => isIPv4(text) || text.includes(':');

function checkPort(port) {
  const number = typeof port === 'number' || (typeof port === 'string' && port.trim() !== '') ? Number(port) : NaN;
  if (number === number >>> 0 && number <= 0xffff) return number;
  const text = `options.port should be >= 0 and < 65536.${received(port)}.`;
  throw nodeError(RangeError, 'ERR_SOCKET_BAD_PORT', text, checkPort);
}

/** The part of a URL before its path. */
function originOf(secure, host, port) {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${secure ? 'https' : 'http'}://${bracketed}${Number(port) === (secure ? 443 : 80) ? '' : `:${port}`}`;
}

const bare = (host) => (host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host);

/** Opens a socket for bytes. A `lookup` of the function's own finds the address. */
function open(socket, secure, options) {
  const { localAddress, lookup, family } = options;
  const host = bare(options.host ?? 'localhost');
  const port = checkPort(options.port);
  if (localAddress != null && !isIP(localAddress)) {
    throw nodeError(TypeError, 'ERR_INVALID_IP_ADDRESS', `Invalid IP address: ${localAddress}`, open);
  }
  if (lookup != null && typeof lookup !== 'function') {
    throw invalidArgType('options.lookup', 'of type function', lookup);
  }
  const tls = secure ? (tlsOf(options) ?? { insecure: false }) : undefined;
  // An agent's connections take up each other's sessions; without an agent each has its own.
  const resume = options.agent !== false;
  const connect = (address) => () => ops.op_socket_connect({ host: address, port, tls, resume, localAddress, family });
  if (lookup == null || isIP(host)) {
    socket._connect(connect(host));
    return;
  }
  socket.connecting = true;
  const several = family !== 4 && family !== 6 && !localAddress;
  if (tls !== undefined) tls.servername ??= host;
  const found = (error, addresses, kind) => {
    if (socket.destroyed) return;
    const first = Array.isArray(addresses) ? addresses[0] : { address: addresses, family: kind };
    socket.emit('lookup', error, first?.address, first?.family, host);
    if (error) socket.destroy(error);
    else if (first === undefined || typeof first.address !== 'string' || !isIP(first.address)) {
      const text = `Invalid IP address: ${first?.address}`;
      socket.destroy(nodeError(TypeError, 'ERR_INVALID_IP_ADDRESS', text, found));
    } else socket._connect(connect(first.address));
  };
  process.nextTick(() => lookup(host, { family, hints: options.hints || 0, ...(several ? { all: true } : {}) }, found));
}

/** Opens a socket for whole exchanges. */
function pretend(socket, secure, options) {
  const port = checkPort(options.port);
  socket.connecting = true;
  const nobody = { remoteAddress: '127.0.0.1', remotePort: port, localAddress: '127.0.0.1', localPort: 0 };
  const found = (reply) => {
    if (socket.destroyed) return;
    if (reply.error !== undefined) socket.destroy(networkError(reply.error));
    else socket._opened(reply);
  };
  const begin = () => {
    if (socket.destroyed) return;
    // Some clients write nothing before they hear that the socket is connected.
    const heard = ['connect', 'secureConnect', 'ready'].some((event) =>
      socket.listeners(event).some((each) => !each[kOwn]),
    );
    const request = options[kRequest];
    if (!heard || request === undefined || request.headersSent) socket._opened(nobody);
    else PromisePrototypeThen(ops.op_http_connect(request._wire()), (reply) => process.nextTick(found, reply));
  };
  // The request shows its socket in the next tick. Who listens from then on hears of the connection, as in Node.
  process.nextTick(() => process.nextTick(begin));
}

function connect(secure, options, callback) {
  const socket = secure ? new TLSSocket(options) : new Socket(options);
  if (typeof callback === 'function') socket.once(secure ? 'secureConnect' : 'connect', callback);
  if (options.timeout) socket.setTimeout(options.timeout);
  if (options.path) throw new Error("functions have no files: the option socketPath can't be used");
  // As the request has it: what answers may be another by now.
  const way = options[kRequest]?._way ?? ops.op_http_use(originOf(secure, options.host ?? 'localhost', options.port));
  socket._way = way;
  if (way === 2) pretend(socket, secure, options);
  else open(socket, secure, options);
  return socket;
}

/** The arguments of `net.connect`: options; or a port, a host and options. */
function normalized(args) {
  const callback = typeof args.at(-1) === 'function' ? args.at(-1) : undefined;
  const rest = args.filter((each) => each !== null && typeof each === 'object');
  const options = { ...rest[0], ...rest[1] };
  for (const key of Object.getOwnPropertySymbols(rest[0] ?? {})) options[key] = rest[0][key];
  if (typeof args[0] !== 'object') {
    options.port = args[0];
    if (typeof args[1] === 'string') options.host = args[1];
  }
  return [options, callback];
}

const plain = (...args) => connect(false, ...normalized(args));
const encrypted = (...args) => connect(true, ...normalized(args));

module.exports = { checkPort, encrypted, isIP, kOwn, kRequest, originOf, plain };
