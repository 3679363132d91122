// Node's timers over deno_core's, or over those of the frozen clock.
import { core } from './host.js';

let timing = core;

/** Makes all timers from now on by `implementation`. */
export function setTimers(implementation) {
  timing = implementation;
}

const timeouts = new Map();

class Timeout {
  #timer;
  #refed = true;

  constructor(callback, after, args, repeat, immediate = false) {
    const run = (...given) => {
      if (!repeat) timeouts.delete(this.#timer._timerId);
      callback.apply(this, given);
    };
    this.#timer =
      immediate && timing.createImmediate
        ? timing.createImmediate(run, args)
        : timing.createTimer(run, after, args, repeat, true);
    timeouts.set(this.#timer._timerId, this);
  }

  close() {
    timeouts.delete(this.#timer._timerId);
    timing.cancelTimer(this.#timer);
    return this;
  }

  hasRef() {
    return this.#refed;
  }

  ref() {
    this.#refed = true;
    timing.refTimer(this.#timer);
    return this;
  }

  unref() {
    this.#refed = false;
    timing.unrefTimer(this.#timer);
    return this;
  }

  refresh() {
    timing.refreshTimer(this.#timer);
    return this;
  }

  [Symbol.toPrimitive]() {
    return this.#timer._timerId;
  }
}

class Immediate {
  #timeout;

  constructor(callback, args) {
    this.#timeout = new Timeout(callback, 0, args, false, true);
  }

  close() {
    this.#timeout.close();
  }

  hasRef() {
    return this.#timeout.hasRef();
  }

  ref() {
    this.#timeout.ref();
    return this;
  }

  unref() {
    this.#timeout.unref();
    return this;
  }
}

function checkCallback(callback) {
  if (typeof callback === 'function') return;
  const error = new TypeError(`The "callback" argument must be of type function. Received ${describe(callback)}`);
  error.code = 'ERR_INVALID_ARG_TYPE';
  throw error;
}

function describe(value) {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object') return `an instance of ${value.constructor?.name ?? 'Object'}`;
  return `type ${typeof value} (${typeof value === 'string' ? `'${value}'` : String(value)})`;
}

function clear(timer) {
  if (timer instanceof Timeout || timer instanceof Immediate) timer.close();
  else if (typeof timer === 'number' || typeof timer === 'string') {
    timeouts.get(Number(timer))?.close();
  }
}

export const timers = {
  setTimeout(callback, after, ...args) {
    checkCallback(callback);
    return new Timeout(callback, after, args.length > 0 ? args : undefined, false);
  },
  setInterval(callback, after, ...args) {
    checkCallback(callback);
    return new Timeout(callback, after, args.length > 0 ? args : undefined, true);
  },
  setImmediate(callback, ...args) {
    checkCallback(callback);
    return new Immediate(callback, args.length > 0 ? args : undefined);
  },
  clearTimeout: (timer) => clear(timer),
  clearInterval: (timer) => clear(timer),
  clearImmediate: (timer) => clear(timer),
};
