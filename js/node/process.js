'use strict';

// A private stand-in for Node's `process`, for packages. Functions never see it. It holds nothing
// of the machine, and what would change the machine does nothing or throws.

const { ops, primordials } = host;

/** The time in milliseconds, of a clock that never goes back. */
const now = () => ops.op_timer_now();

function hrtime(since) {
  const ms = now();
  let seconds = Math.floor(ms / 1000);
  let nanoseconds = Math.floor((ms % 1000) * 1e6);
  if (since !== undefined) {
    seconds -= since[0];
    nanoseconds -= since[1];
    if (nanoseconds < 0) {
      seconds -= 1;
      nanoseconds += 1e9;
    }
  }
  return [seconds, nanoseconds];
}
hrtime.bigint = () => BigInt(Math.floor(now() * 1e6));

const self = () => process;

/** A stream to the terminal. What packages write there is logged, as what the function itself logs. */
function output(fd, level) {
  const stream = {
    fd,
    isTTY: false,
    writable: true,
    columns: 80,
    write(chunk) {
      ops.op_log(level, String(chunk).replace(/\n$/, ''));
      return true;
    },
    end() {},
    on: () => stream,
    once: () => stream,
  };
  return stream;
}

const process = {
  title: 'node',
  version: 'v20.20.2',
  versions: {
    node: '20.20.2',
    v8: '11.3.244.8-node.38',
    uv: '1.46.0',
    zlib: '1.3.0.1-motley',
    modules: '115',
    openssl: '3.0.19',
  },
  release: { name: 'node', lts: 'Iron' },
  platform: 'linux',
  arch: 'x64',
  pid: 1,
  ppid: 0,
  env: {},
  argv: [],
  execArgv: [],
  execPath: '/usr/bin/node',
  exitCode: undefined,
  config: { variables: {}, target_defaults: {} },
  features: {},
  stdin: { fd: 0, isTTY: false },
  stdout: output(1, 'log'),
  stderr: output(2, 'error'),

  nextTick(callback, ...args) {
    if (typeof callback !== 'function')
      throw require('../internal/node-error.js').invalidArgType('callback', 'of type function', callback);
    primordials.queueMicrotask(args.length === 0 ? callback : () => callback(...args));
  },
  hrtime,
  uptime: () => now() / 1000,
  cwd: () => '/',
  chdir() {
    throw new Error('functions have no files: process.chdir is not there');
  },
  umask: () => 0o22,
  memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
  cpuUsage: () => ({ user: 0, system: 0 }),
  exit() {
    throw new Error("functions can't end the process: process.exit is not there");
  },
  abort() {
    throw new Error("functions can't end the process: process.abort is not there");
  },
  kill() {
    throw new Error('functions have no processes: process.kill is not there');
  },
  binding(name) {
    throw new Error(`process.binding(${name}) is not there`);
  },
  emitWarning() {},

  // Nothing ever happens to this process, so listeners are accepted and never called.
  on: self,
  once: self,
  off: self,
  addListener: self,
  removeListener: self,
  removeAllListeners: self,
  prependListener: self,
  prependOnceListener: self,
  setMaxListeners: self,
  getMaxListeners: () => 10,
  emit: () => false,
  listeners: () => [],
  listenerCount: () => 0,
  eventNames: () => [],
  // By this, packages tell Node from a browser.
  [Symbol.toStringTag]: 'process',
};

module.exports = process;
// esbuild's injected `process` imports the default.
module.exports.default = process;
