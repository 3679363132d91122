'use strict';

// Node's Agent: which sockets there are, who waits for one, and which are kept for the next request.

const EventEmitter = require('node:events');
const { invalidArgValue, invalidArgType, outOfRange } = require('../node-error.js');
const { plain, kRequest } = require('./connect.js');

const kOnKeylog = Symbol('onkeylog');
const kRequestOptions = Symbol('requestOptions');

/** An idle socket was looked at by JavaScript within so many milliseconds: then Node, too, may not know that it ended. */
const FRESH = 50;

// This is a function and not a class, because libraries call it on their own agents.
function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  EventEmitter.call(this);
  this.defaultPort = 80;
  this.protocol = 'http:';
  this.options = { __proto__: null, ...options };
  this.options.noDelay ??= true;
  // It is no path of a file.
  this.options.path = null;
  this.requests = { __proto__: null };
  this.sockets = { __proto__: null };
  this.freeSockets = { __proto__: null };
  this.keepAliveMsecs = this.options.keepAliveMsecs || 1000;
  this.keepAlive = this.options.keepAlive || false;
  this.maxSockets = this.options.maxSockets || Agent.defaultMaxSockets;
  this.maxFreeSockets = this.options.maxFreeSockets || 256;
  this.scheduling = this.options.scheduling || 'lifo';
  this.maxTotalSockets = this.options.maxTotalSockets;
  this.totalSocketCount = 0;
  if (!['fifo', 'lifo'].includes(this.scheduling)) {
    throw invalidArgValue('scheduling', this.scheduling, "must be one of: 'fifo', 'lifo'");
  }
  if (this.maxTotalSockets === undefined) this.maxTotalSockets = Infinity;
  else if (typeof this.maxTotalSockets !== 'number') {
    throw invalidArgType('maxTotalSockets', 'of type number', this.maxTotalSockets);
  } else if (!(this.maxTotalSockets >= 1)) throw outOfRange('maxTotalSockets', '>= 1', this.maxTotalSockets);
  this.on('free', (socket, options) => onFree(this, socket, options));
  this.on('newListener', maybeEnableKeylog);
}
Object.setPrototypeOf(Agent.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Agent, EventEmitter);
Agent.defaultMaxSockets = Infinity;

function maybeEnableKeylog(event) {
  if (event !== 'keylog') return;
  this.removeListener('newListener', maybeEnableKeylog);
  this[kOnKeylog] = () => {};
}

const named = (list, name) => (list[name] ??= []);

/** Removes `one` from the list `name`; whether it was there. */
function remove(lists, name, one) {
  const list = lists[name];
  const index = list === undefined ? -1 : list.indexOf(one);
  if (index < 0) return false;
  list.splice(index, 1);
  if (list.length === 0) delete lists[name];
  return true;
}

/** A socket has been let go by its request. */
function onFree(agent, socket, options) {
  const name = agent.getName(options);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const waiting = agent.requests[name];
  if (waiting !== undefined && waiting.length > 0) {
    // One that it isn't for gets another in its place.
    if (!serves(socket, waiting[0])) {
      socket.destroy();
      return;
    }
    const request = waiting.shift();
    if (waiting.length === 0) delete agent.requests[name];
    request.reusedSocket = true;
    setRequestSocket(agent, request, socket);
    return;
  }
  const request = socket._httpMessage;
  if (!request?.shouldKeepAlive || !agent.keepAlive) {
    socket.destroy();
    return;
  }
  const free = agent.freeSockets[name]?.length ?? 0;
  const count = free + (agent.sockets[name]?.length ?? 0);
  const full =
    agent.totalSocketCount > agent.maxTotalSockets || count > agent.maxSockets || free >= agent.maxFreeSockets;
  if (full || !agent.keepSocketAlive(socket)) {
    socket.destroy();
    return;
  }
  socket._httpMessage = null;
  agent.removeSocket(socket, options);
  socket._idleSince = host.ops.op_timer_now();
  socket.once('error', onFreeError);
  named(agent.freeSockets, name).push(socket);
}

function onFreeError() {
  this.destroy();
  this.emit('agentRemove');
}

function copyOf(agent, options) {
  const copy = { __proto__: null, ...options, ...agent.options };
  copy[kRequest] = options[kRequest];
  if (copy.socketPath) copy.path = copy.socketPath;
  return copy;
}

/** The name that the server is asked for in TLS. */
function servername(options, request) {
  let name = options.host;
  const header = request.getHeader('host');
  if (header) {
    if (typeof header !== 'string') throw invalidArgType('options.headers.host', 'of type String', header);
    // abc:123, [::1] and [::1]:123
    if (header.startsWith('[')) {
      const end = header.indexOf(']');
      name = end < 0 ? header : header.slice(1, end);
    } else name = header.split(':', 1)[0];
  }
  return require('node:net').isIP(name) ? '' : name;
}

function setRequestSocket(agent, request, socket) {
  request.onSocket(socket);
  const timeout = agent.options.timeout || 0;
  if (request.timeout === undefined || request.timeout === timeout) return;
  socket.setTimeout(request.timeout);
}

/** What a socket of the agent's does when it is free, closed, or taken away. */
function installListeners(agent, socket, options) {
  const onFree = () => agent.emit('free', socket, options);
  const onClose = () => {
    agent.totalSocketCount -= 1;
    agent.removeSocket(socket, options);
  };
  const onTimeout = () => {
    // It is idle, and has been for too long.
    for (const list of Object.values(agent.freeSockets)) {
      if (list.includes(socket)) {
        socket.destroy();
        return;
      }
    }
  };
  const onRemove = () => {
    agent.totalSocketCount -= 1;
    agent.removeSocket(socket, options);
    socket.removeListener('close', onClose);
    socket.removeListener('free', onFree);
    socket.removeListener('timeout', onTimeout);
    socket.removeListener('agentRemove', onRemove);
  };
  socket.on('free', onFree);
  socket.on('close', onClose);
  socket.on('timeout', onTimeout);
  socket.on('agentRemove', onRemove);
}

const methods = {
  createConnection: plain,

  getName(options = {}) {
    let name = `${options.host || 'localhost'}:${options.port || ''}:${options.localAddress || ''}`;
    if (options.family === 4 || options.family === 6) name += `:${options.family}`;
    if (options.socketPath) name += `:${options.socketPath}`;
    return name;
  },

  addRequest(request, options, port, localAddress) {
    // As it was called long ago.
    if (typeof options === 'string') options = { host: options, port, localAddress };
    options = copyOf(this, options);
    options[kRequest] = request;
    if (options.socketPath) options.path = options.socketPath;
    if (!options.servername && options.servername !== '') options.servername = servername(options, request);
    const name = this.getName(options);
    const used = named(this.sockets, name);
    const socket = takeFree(this, name, request);
    const free = this.freeSockets[name]?.length ?? 0;
    if (socket !== undefined) {
      this.reuseSocket(socket, request);
      setRequestSocket(this, request, socket);
      used.push(socket);
    } else if (used.length + free < this.maxSockets && this.totalSocketCount < this.maxTotalSockets) {
      this.createSocket(request, options, (error, made) => {
        if (error) request.onSocket(made, error);
        else setRequestSocket(this, request, made);
      });
    } else {
      request[kRequestOptions] = options;
      hide(request, kRequestOptions);
      named(this.requests, name).push(request);
    }
    if (used.length === 0 && this.sockets[name] === used) delete this.sockets[name];
  },

  createSocket(request, options, callback) {
    options = copyOf(this, options);
    options[kRequest] = request;
    if (!options.servername && options.servername !== '') options.servername = servername(options, request);
    const name = this.getName(options);
    options._agentKey = name;
    options.encoding = null;
    let done = false;
    const created = (error, socket) => {
      if (done) return;
      done = true;
      if (error) {
        callback(error);
        return;
      }
      named(this.sockets, name).push(socket);
      this.totalSocketCount += 1;
      installListeners(this, socket, options);
      callback(null, socket);
    };
    // A connection is not made over again by each who is told of it.
    if (this.keepAlive) {
      options.keepAlive = this.keepAlive;
      options.keepAliveInitialDelay = this.keepAliveMsecs;
    }
    const socket = this.createConnection(options, created);
    if (socket) created(null, socket);
  },

  removeSocket(socket, options) {
    const name = this.getName(options);
    const lists = [this.sockets];
    // If it can't be written to, it can't be used again either.
    if (!socket.writable) lists.push(this.freeSockets);
    for (const list of lists) remove(list, name, socket);
    let request;
    if (this.requests[name]?.length > 0) [request] = this.requests[name];
    else {
      // Others may have waited for room.
      for (const other of Object.keys(this.requests)) {
        if (this.sockets[other]?.length > 0) continue;
        [request] = this.requests[other];
        options = request[kRequestOptions];
        break;
      }
    }
    if (request === undefined || !options) return;
    this.createSocket(request, options, (error, made) => {
      if (error) request.onSocket(made, error);
      else if (made) made.emit('free');
    });
  },

  keepSocketAlive(socket) {
    socket.setKeepAlive(true, this.keepAliveMsecs);
    socket.unref();
    let timeout = this.options.timeout || 0;
    const hint = Number(/^timeout=(\d+)/.exec(socket._httpMessage?.res?.headers['keep-alive'] ?? '')?.[1]);
    if (hint >= 0) {
      const hinted = hint * 1000;
      if (hinted === 0) return false;
      if (hinted > 0 && hinted < timeout) timeout = hinted;
    }
    if (socket.timeout !== timeout) socket.setTimeout(timeout);
    return true;
  },

  reuseSocket(socket, request) {
    socket.removeListener('error', onFreeError);
    request.reusedSocket = true;
    socket.ref();
  },

  destroy() {
    for (const lists of [this.freeSockets, this.sockets]) {
      for (const list of Object.values(lists)) for (const socket of [...list]) socket.destroy();
    }
  },
};
for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(Agent.prototype, name, { value, writable: true, configurable: true, enumerable: true });
}

function hide(object, key) {
  Object.defineProperty(object, key, { value: object[key], writable: true, configurable: true, enumerable: false });
}

/** Whether a socket is used in the request's way. What answers a host may change while the socket is kept. */
const serves = (socket, request) => socket._way === undefined || socket._way === request._way;

/** An idle socket of the list `name` that can be used again. */
function takeFree(agent, name, request) {
  const list = agent.freeSockets[name];
  if (list === undefined) return undefined;
  const isGone = (socket) =>
    socket.destroyed || (host.ops.op_timer_now() - (socket._idleSince ?? 0) > FRESH && socket._isStale?.());
  for (const socket of list.filter(isGone)) {
    remove(agent.freeSockets, name, socket);
    socket.destroy();
  }
  const fitting = list.filter((socket) => serves(socket, request));
  const socket = agent.scheduling === 'fifo' ? fitting[0] : fitting.at(-1);
  if (socket !== undefined) list.splice(list.indexOf(socket), 1);
  if (list.length === 0) delete agent.freeSockets[name];
  return socket;
}

module.exports = { Agent, globalAgent: new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 }) };
