'use strict';

// The functions of Node's events that are no methods of an emitter. They know EventTargets, too.

const { abortError, invalidArgType, outOfRange, validateFunction } = require('../node-error.js');
const targets = require('./targets.js');

const isTarget = (value) => typeof value?.addEventListener === 'function';

/** Adds a listener to an emitter or an EventTarget. Returns a function that removes it. */
function listen(target, event, listener, { once = false } = {}) {
  if (typeof target?.on === 'function') {
    if (once) target.once(event, listener);
    else target.on(event, listener);
    return () => target.removeListener(event, listener);
  }
  if (isTarget(target)) {
    target.addEventListener(event, listener, { once });
    return () => target.removeEventListener(event, listener);
  }
  throw invalidArgType('emitter', 'an instance of EventEmitter', target);
}

function checkSignal(signal) {
  if (signal === undefined) return;
  if (signal === null || typeof signal !== 'object' || !('aborted' in signal)) {
    throw invalidArgType('options.signal', 'an instance of AbortSignal', signal);
  }
}

function checkOptions(options) {
  if (options !== undefined && (options === null || typeof options !== 'object' || Array.isArray(options))) {
    throw invalidArgType('options', 'of type object', options);
  }
}

/** A promise of the arguments of the next `event`. */
async function once(emitter, event, options = {}) {
  checkOptions(options);
  const { signal } = options;
  checkSignal(signal);
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
}

const AsyncIterators = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

/** An async iterator over the arguments of each `event`; an `error` event ends it. */
function on(emitter, event, options = {}) {
  checkOptions(options);
  const { signal, close, highWaterMark = Number.MAX_SAFE_INTEGER, lowWaterMark = 1 } = options;
  checkSignal(signal);
  if (signal?.aborted) throw abortError(signal);
  const events = [];
  const waiting = [];
  let failed;
  let finished = false;
  let paused = false;

  const arrived = (...args) => {
    const next = waiting.shift();
    if (next) {
      next.resolve({ value: args, done: false });
      return;
    }
    events.push(args);
    if (!paused && events.length > highWaterMark) {
      paused = true;
      emitter.pause?.();
    }
  };
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
  const undo = [listen(emitter, event, arrived)];
  if (event !== 'error' && typeof emitter.on === 'function') undo.push(listen(emitter, 'error', fail));
  for (const name of close ?? []) undo.push(listen(emitter, name, finish));
  if (signal) undo.push(listen(signal, 'abort', () => fail(abortError(signal)), { once: true }));

  return Object.setPrototypeOf(
    {
      next() {
        if (events.length > 0) {
          const value = events.shift();
          if (paused && events.length < lowWaterMark) {
            paused = false;
            emitter.resume?.();
          }
          return Promise.resolve({ value, done: false });
        }
        if (failed !== undefined) {
          const error = failed;
          failed = undefined;
          return Promise.reject(error);
        }
        if (finished) return finish();
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      },
      return: () => finish(),
      throw(error) {
        if (!(error instanceof Error))
          throw invalidArgType('EventEmitter.AsyncIterator', 'an instance of Error', error);
        fail(error);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
    AsyncIterators,
  );
}

module.exports = (EventEmitter) => ({
  once,
  on,

  setMaxListeners(count = EventEmitter.defaultMaxListeners, ...targetsOrEmitters) {
    if (typeof count !== 'number') throw invalidArgType('setMaxListeners', 'of type number', count);
    if (!(count >= 0)) throw outOfRange('setMaxListeners', '>= 0', count);
    if (targetsOrEmitters.length === 0) EventEmitter.defaultMaxListeners = count;
    for (const target of targetsOrEmitters) {
      if (typeof target?.setMaxListeners === 'function') target.setMaxListeners(count);
      else if (isTarget(target)) targets.setMaxListeners(target, count);
      else throw invalidArgType('eventTargets', 'an instance of EventEmitter or EventTarget', target);
    }
  },

  getMaxListeners(target) {
    if (typeof target?.getMaxListeners === 'function') return target._maxListeners ?? EventEmitter.defaultMaxListeners;
    if (isTarget(target)) return targets.maxListeners(target) ?? EventEmitter.defaultMaxListeners;
    throw invalidArgType('emitter', 'an instance of EventEmitter or EventTarget', target);
  },

  getEventListeners(target, type) {
    if (typeof target?.listeners === 'function') return target.listeners(type);
    if (isTarget(target)) return targets.listeners(target, type);
    throw invalidArgType('emitter', 'an instance of EventEmitter or EventTarget', target);
  },

  listenerCount(emitter, type) {
    if (typeof emitter.listenerCount === 'function') return emitter.listenerCount(type);
    return EventEmitter.prototype.listenerCount.call(emitter, type);
  },

  addAbortListener(signal, listener) {
    if (signal === undefined) throw invalidArgType('signal', 'an instance of AbortSignal', signal);
    checkSignal(signal);
    validateFunction(listener, 'listener');
    let undo = () => {};
    if (signal.aborted) host.primordials.queueMicrotask(() => listener());
    else undo = listen(signal, 'abort', listener, { once: true });
    return { [Symbol.dispose ?? Symbol.for('nodejs.dispose')]: () => undo() };
  },

  /** An emitter made for async_hooks: without hooks, a plain emitter. */
  EventEmitterAsyncResource: class EventEmitterAsyncResource extends EventEmitter {
    emitDestroy() {}
    get asyncId() {
      return 1;
    }
    get triggerAsyncId() {
      return 0;
    }
  },
});
