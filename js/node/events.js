'use strict';

// Node's events.

const { invalidArgType, nodeError, outOfRange, validateFunction } = require('../internal/node-error.js');
const statics = require('../internal/events/statics.js');

const errorMonitor = Symbol('events.errorMonitor');
const captureRejectionSymbol = Symbol.for('nodejs.rejection');
const kCapture = Symbol('kCapture');
const kShape = Symbol('shapeMode');

let defaultMaxListeners = 10;

// This is a function and not a class, because libraries call it on their own objects. Its name stands in what
// console.log prints.
function EventEmitter(options) {
  EventEmitter.init.call(this, options);
}
const { prototype } = EventEmitter;
prototype._events = undefined;
prototype._eventsCount = 0;
prototype._maxListeners = undefined;

function checkCount(name, count) {
  if (typeof count !== 'number') throw invalidArgType(name, 'of type number', count);
  if (!(count >= 0)) throw outOfRange(name, '>= 0', count);
}

Object.defineProperties(EventEmitter, {
  defaultMaxListeners: {
    enumerable: true,
    get: () => defaultMaxListeners,
    set(count) {
      checkCount('defaultMaxListeners', count);
      defaultMaxListeners = count;
    },
  },
  captureRejections: {
    enumerable: true,
    get: () => prototype[kCapture],
    set(value) {
      if (typeof value !== 'boolean') throw invalidArgType('EventEmitter.captureRejections', 'of type boolean', value);
      prototype[kCapture] = value;
    },
  },
});
Object.defineProperty(prototype, kCapture, { value: false, writable: true, enumerable: false });

EventEmitter.init = function (options) {
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
    this._events = { __proto__: null };
    this._eventsCount = 0;
  }
  // console.log of an emitter shows these two.
  this[kShape] = false;
  this._maxListeners ||= undefined;
  if (options?.captureRejections) {
    if (typeof options.captureRejections !== 'boolean') {
      throw invalidArgType('options.captureRejections', 'of type boolean', options.captureRejections);
    }
    this[kCapture] = true;
  } else this[kCapture] = prototype[kCapture];
};

/** Sends a listener's rejection to where the emitter wants it. */
function capture(emitter, promise, event, args) {
  if (!emitter[kCapture]) return;
  try {
    const { then } = promise;
    if (typeof then !== 'function') return;
    Reflect.apply(then, promise, [
      undefined,
      (error) => host.primordials.queueMicrotask(() => rejected(emitter, error, event, args)),
    ]);
  } catch (error) {
    emitter.emit('error', error);
  }
}

function rejected(emitter, error, event, args) {
  if (typeof emitter[captureRejectionSymbol] === 'function') {
    emitter[captureRejectionSymbol](error, event, ...args);
    return;
  }
  // Its own listeners must not come here again.
  const before = emitter[kCapture];
  try {
    emitter[kCapture] = false;
    emitter.emit('error', error);
  } finally {
    emitter[kCapture] = before;
  }
}

function unhandled(error) {
  if (error instanceof Error) return error;
  let shown;
  try {
    shown = require('node:util').inspect(error);
  } catch {
    shown = String(error);
  }
  const made = nodeError(Error, 'ERR_UNHANDLED_ERROR', `Unhandled error. (${shown})`);
  made.context = error;
  return made;
}

function add(emitter, type, listener, first) {
  validateFunction(listener, 'listener');
  let events = emitter._events;
  if (events === undefined) {
    events = emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
  } else if (events.newListener !== undefined) {
    emitter.emit('newListener', type, listener.listener ?? listener);
    // A listener may have replaced it.
    events = emitter._events;
  }
  const existing = events[type];
  if (existing === undefined) {
    events[type] = listener;
    emitter._eventsCount += 1;
    return emitter;
  }
  let list = existing;
  if (typeof existing === 'function') list = events[type] = first ? [listener, existing] : [existing, listener];
  else if (first) existing.unshift(listener);
  else existing.push(listener);
  const most = maxListeners(emitter);
  if (most > 0 && list.length > most && !list.warned) list.warned = true;
  return emitter;
}

const maxListeners = (emitter) => emitter._maxListeners ?? defaultMaxListeners;

/** A listener that is called once. `listener` is what it stands for. */
function onceOnly(emitter, type, listener) {
  const state = { fired: false, wrapped: undefined };
  state.wrapped = function (...args) {
    if (state.fired) return undefined;
    emitter.removeListener(type, state.wrapped);
    state.fired = true;
    return Reflect.apply(listener, emitter, args);
  };
  Object.defineProperty(state.wrapped, 'name', { value: 'bound onceWrapper' });
  state.wrapped.listener = listener;
  return state.wrapped;
}

function listenersOf(emitter, type, unwrap) {
  const found = emitter._events?.[type];
  if (found === undefined) return [];
  const list = typeof found === 'function' ? [found] : [...found];
  return unwrap ? list.map((listener) => listener.listener || listener) : list;
}

Object.assign(prototype, {
  setMaxListeners: function setMaxListeners(count) {
    checkCount('setMaxListeners', count);
    this._maxListeners = count;
    return this;
  },

  getMaxListeners: function getMaxListeners() {
    return maxListeners(this);
  },

  emit: function emit(type, ...args) {
    const events = this._events;
    if (type === 'error') {
      if (events?.[errorMonitor] !== undefined) this.emit(errorMonitor, ...args);
      if (events?.error === undefined) throw unhandled(args[0]);
    }
    const listener = events?.[type];
    if (listener === undefined) return false;
    const all = typeof listener === 'function' ? [listener] : [...listener];
    for (let i = 0; i < all.length; i++) {
      const result = Reflect.apply(all[i], this, args);
      if (result !== undefined && result !== null) capture(this, result, type, args);
    }
    return true;
  },

  addListener: function addListener(type, listener) {
    return add(this, type, listener, false);
  },

  prependListener: function prependListener(type, listener) {
    return add(this, type, listener, true);
  },

  once: function once(type, listener) {
    validateFunction(listener, 'listener');
    this.on(type, onceOnly(this, type, listener));
    return this;
  },

  prependOnceListener: function prependOnceListener(type, listener) {
    validateFunction(listener, 'listener');
    this.prependListener(type, onceOnly(this, type, listener));
    return this;
  },

  removeListener: function removeListener(type, listener) {
    validateFunction(listener, 'listener');
    const events = this._events;
    const list = events?.[type];
    if (list === undefined) return this;
    if (list === listener || list.listener === listener) {
      this._eventsCount -= 1;
      if (this[kShape]) events[type] = undefined;
      else if (this._eventsCount === 0) this._events = { __proto__: null };
      else delete events[type];
      if (events.removeListener) this.emit('removeListener', type, list.listener || listener);
    } else if (typeof list !== 'function') {
      const index = list.findLastIndex((each) => each === listener || each.listener === listener);
      if (index < 0) return this;
      list.splice(index, 1);
      if (list.length === 1) [events[type]] = list;
      if (events.removeListener !== undefined) this.emit('removeListener', type, listener);
    }
    return this;
  },

  removeAllListeners: function removeAllListeners(type) {
    const events = this._events;
    if (events === undefined) return this;
    if (events.removeListener === undefined) {
      if (arguments.length === 0) {
        this._events = { __proto__: null };
        this._eventsCount = 0;
      } else if (events[type] !== undefined) {
        this._eventsCount -= 1;
        if (this._eventsCount === 0) this._events = { __proto__: null };
        else delete events[type];
      }
      this[kShape] = false;
      return this;
    }
    if (arguments.length === 0) {
      for (const key of Reflect.ownKeys(events)) if (key !== 'removeListener') this.removeAllListeners(key);
      this.removeAllListeners('removeListener');
      this._events = { __proto__: null };
      this._eventsCount = 0;
      this[kShape] = false;
      return this;
    }
    const listeners = events[type];
    if (typeof listeners === 'function') this.removeListener(type, listeners);
    else if (listeners !== undefined) {
      for (const listener of [...listeners].reverse()) this.removeListener(type, listener);
    }
    return this;
  },

  listeners: function listeners(type) {
    return listenersOf(this, type, true);
  },

  rawListeners: function rawListeners(type) {
    return listenersOf(this, type, false);
  },

  listenerCount: function listenerCount(type, listener) {
    const found = this._events?.[type];
    if (found === undefined) return 0;
    if (listener == null) return typeof found === 'function' ? 1 : found.length;
    const list = typeof found === 'function' ? [found] : found;
    return list.filter((each) => each === listener || each.listener === listener).length;
  },

  eventNames: function eventNames() {
    return this._eventsCount > 0 ? Reflect.ownKeys(this._events) : [];
  },
});
prototype.on = prototype.addListener;
prototype.off = prototype.removeListener;

module.exports = EventEmitter;
Object.assign(EventEmitter, statics(EventEmitter), {
  usingDomains: false,
  captureRejectionSymbol,
  EventEmitter,
  errorMonitor,
});
