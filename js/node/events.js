'use strict';

// npm's events is EventEmitter as Node 11 had it. This adds what Node 20 has more.

// This is not called EventEmitter, or the bundler would rename the function of that name, which people see.
const Emitter = require('events/');
const { abortError, invalidArgType, nodeError, outOfRange, validateFunction } = require('../internal/node-error.js');

const errorMonitor = Symbol('events.errorMonitor');
const captureRejectionSymbol = Symbol.for('nodejs.rejection');
const kCapture = Symbol('kCapture');
const kShape = Symbol('shapeMode');

const { emit } = Emitter.prototype;
const { init } = Emitter;

Emitter.init = function (options) {
  Reflect.apply(init, this, []);
  // console.log of an emitter shows these two.
  this[kShape] ??= false;
  this[kCapture] = Boolean(options?.captureRejections);
};

Emitter.prototype.emit = function (type, error) {
  if (type === 'error') {
    const args = [...arguments].slice(1);
    if (this._events?.[errorMonitor] !== undefined) Reflect.apply(emit, this, [errorMonitor, ...args]);
    if (this._events?.error === undefined && !(error instanceof Error)) {
      const shown = typeof error === 'string' ? `'${error}'` : require('node:util').inspect(error);
      const unhandled = nodeError(Error, 'ERR_UNHANDLED_ERROR', `Unhandled error. (${shown})`);
      unhandled.context = error;
      throw unhandled;
    }
  }
  return Reflect.apply(emit, this, arguments);
};

for (const name of ['on', 'once', 'prependListener', 'prependOnceListener', 'removeListener']) {
  const method = Emitter.prototype[name];
  // The function has its name in stacks and when it is printed.
  Emitter.prototype[name] = {
    [name](type, listener) {
      validateFunction(listener, 'listener');
      return Reflect.apply(method, this, [type, listener]);
    },
  }[name];
}
Emitter.prototype.setMaxListeners = function setMaxListeners(count) {
  if (typeof count !== 'number') throw invalidArgType('setMaxListeners', 'of type number', count);
  if (!(count >= 0)) throw outOfRange('setMaxListeners', '>= 0', count);
  this._maxListeners = count;
  return this;
};
Emitter.prototype.addListener = Emitter.prototype.on;
Emitter.prototype.off = Emitter.prototype.removeListener;
Object.defineProperty(Emitter.prototype.emit, 'name', { value: 'emit' });

/** Adds a listener to an emitter or an EventTarget. Returns a function that removes it. */
function listen(target, event, listener, { once = false } = {}) {
  if (typeof target?.on === 'function') {
    if (once) target.once(event, listener);
    else target.on(event, listener);
    return () => target.removeListener(event, listener);
  }
  if (typeof target?.addEventListener === 'function') {
    target.addEventListener(event, listener, { once });
    return () => target.removeEventListener(event, listener);
  }
  throw invalidArgType('emitter', 'an instance of EventEmitter', target);
}

/** A promise of the arguments of the next `event`. */
Emitter.once = async function once(emitter, event, { signal } = {}) {
  if (signal?.aborted) throw abortError(signal);
  return new Promise((resolve, reject) => {
    const undo = [];
    const settle = (how) => (value) => {
      for (const each of undo) each();
      how(value);
    };
    const resolved = settle(resolve);
    const rejected = settle(reject);
    undo.push(listen(emitter, event, (...args) => resolved(args), { once: true }));
    if (event !== 'error' && typeof emitter.once === 'function')
      undo.push(listen(emitter, 'error', rejected, { once: true }));
    if (signal) undo.push(listen(signal, 'abort', () => rejected(abortError(signal)), { once: true }));
  });
};

/** An async iterator over the arguments of each `event`; an `error` event ends it. */
Emitter.on = function on(emitter, event, { signal } = {}) {
  if (signal?.aborted) throw abortError(signal);
  const events = [];
  const waiting = [];
  let failed;
  let finished = false;

  const fail = (error) => {
    const next = waiting.shift();
    if (next) next.reject(error);
    else failed = error;
    finish();
  };
  const finish = () => {
    for (const each of undo) each();
    finished = true;
    for (const { resolve } of waiting.splice(0)) resolve({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  };
  const undo = [
    listen(emitter, event, (...args) => {
      const next = waiting.shift();
      if (next) next.resolve({ value: args, done: false });
      else events.push(args);
    }),
  ];
  if (event !== 'error' && typeof emitter.on === 'function') undo.push(listen(emitter, 'error', fail));
  if (signal) undo.push(listen(signal, 'abort', () => fail(abortError(signal)), { once: true }));

  return {
    next() {
      if (events.length > 0) return Promise.resolve({ value: events.shift(), done: false });
      if (failed !== undefined) {
        const error = failed;
        failed = undefined;
        return Promise.reject(error);
      }
      if (finished) return Promise.resolve({ value: undefined, done: true });
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return: finish,
    throw(error) {
      fail(error);
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};

Emitter.setMaxListeners = function setMaxListeners(count = Emitter.defaultMaxListeners, ...targets) {
  if (targets.length === 0) Emitter.defaultMaxListeners = count;
  for (const target of targets) target.setMaxListeners?.(count);
};
Emitter.getMaxListeners = (target) => target.getMaxListeners?.() ?? Emitter.defaultMaxListeners;
Emitter.getEventListeners = (target, event) => target.listeners?.(event) ?? [];
Emitter.addAbortListener = (signal, listener) => {
  if (signal.aborted) queueMicrotask(() => listener());
  const dispose = signal.aborted ? () => {} : listen(signal, 'abort', listener, { once: true });
  return { [Symbol.dispose ?? Symbol.for('nodejs.dispose')]: dispose };
};

/** An emitter made for async_hooks: without hooks, a plain emitter. */
Emitter.EventEmitterAsyncResource = class EventEmitterAsyncResource extends Emitter {
  emitDestroy() {}
  get asyncId() {
    return 1;
  }
  get triggerAsyncId() {
    return 0;
  }
};
Emitter.errorMonitor = errorMonitor;
Emitter.captureRejectionSymbol = captureRejectionSymbol;
Emitter.captureRejections = false;
Emitter.usingDomains = false;

module.exports = Emitter;
