// Node's timers over deno_core's, or over those of the frozen clock.
import { ops, primordials, realTimers } from './host.js';

const {
  MapPrototypeDelete,
  MapPrototypeGet,
  MapPrototypeSet,
  MathTrunc,
  Number,
  ObjectDefineProperty,
  Promise,
  ReflectApply,
  SafeMap,
  String,
  Symbol,
  SymbolFor,
  SymbolToPrimitive,
  TypeError,
} = primordials;

let timing = realTimers;

/** Makes all timers from now on by `implementation`. */
export function setTimers(implementation) {
  timing = implementation;
}

const MAX = 2 ** 31 - 1;

// Timers by their numbers: of those alone whose number somebody has asked for.
const numbered = new SafeMap();

/** What console.log of a timer shows of the list that it is in. */
class TimersList {}
const list = new TimersList();

const kRefed = Symbol('refed');
const kHasPrimitive = Symbol('kHasPrimitive');
const kAsyncId = Symbol('asyncId');
const kTriggerId = Symbol('triggerId');
const kInspect = SymbolFor('nodejs.util.inspect.custom');
// Node 20 has no `Symbol.dispose` of V8's, and makes one of this name itself.
const kDispose = SymbolFor('nodejs.dispose');

let lastId = 1;

// The timer behind each object. A function may take these objects apart, but not what is here.
let timerOf;
let cancel;
let immediateOf;
let cancelImmediate;

class Timeout {
  #timer;

  static {
    timerOf = (value) => (typeof value === 'object' && value !== null && #timer in value ? value.#timer : undefined);
    cancel = (timeout) => {
      const timer = timeout.#timer;
      if (timer !== undefined && !timeout._destroyed) timing.cancelTimer(timer);
      end(timeout);
    };
  }

  constructor(callback, after, args, repeat) {
    after = +after;
    if (!(after >= 1 && after <= MAX)) after = 1;
    this._idleTimeout = after;
    this._idlePrev = list;
    this._idleNext = list;
    this._idleStart = null;
    this._onTimeout = callback;
    this._timerArgs = args;
    this._repeat = repeat ? after : null;
    this._destroyed = false;
    this[kRefed] = true;
    this[kHasPrimitive] = false;
    this[kAsyncId] = ++lastId;
    this[kTriggerId] = 1;
    this._idleStart = MathTrunc(ops.op_timer_now());
    this.#start(after, repeat);
  }

  #start(after, repeat) {
    const run = (...given) => {
      const callback = this._onTimeout;
      if (typeof callback !== 'function') {
        cancel(this);
        return;
      }
      try {
        ReflectApply(callback, this, given);
      } finally {
        this.#fired(repeat);
      }
    };
    this.#timer = timing.createTimer(run, after, this._timerArgs, repeat, true);
    if (this[kRefed] === false) timing.unrefTimer(this.#timer);
  }

  /** As in Node, a callback may make an interval of a timeout, and the other way round. */
  #fired(repeat) {
    if (this._destroyed) return;
    if (repeat && !this._repeat) cancel(this);
    else if (!repeat) {
      if (this._repeat) {
        this._idleTimeout = this._repeat;
        this.#start(this._repeat, true);
      } else if (!timing.isWaiting(this.#timer)) end(this);
    }
  }

  refresh() {
    if (timerOf(this) === undefined) return this;
    if (this._destroyed) this.#start(this._idleTimeout, Boolean(this._repeat));
    else timing.refreshTimer(this.#timer);
    return this;
  }

  unref() {
    const timer = timerOf(this);
    if (this[kRefed]) {
      this[kRefed] = false;
      if (timer !== undefined) timing.unrefTimer(timer);
    }
    return this;
  }

  ref() {
    const timer = timerOf(this);
    if (this[kRefed] === false) {
      this[kRefed] = true;
      if (timer !== undefined) timing.refTimer(timer);
    }
    return this;
  }

  hasRef() {
    return this[kRefed];
  }

  close() {
    if (timerOf(this) !== undefined) cancel(this);
    return this;
  }

  [kInspect](_depth, options, inspect) {
    return inspect(this, { ...options, depth: 0, customInspect: false });
  }

  [SymbolToPrimitive]() {
    const id = this[kAsyncId];
    if (!this[kHasPrimitive] && !this._destroyed) {
      this[kHasPrimitive] = true;
      MapPrototypeSet(numbered, id, this);
    }
    return id;
  }
}

/** The timer will not fire any more. */
function end(timeout) {
  if (timeout._destroyed) return;
  timeout._destroyed = true;
  timeout._idleTimeout = -1;
  timeout._idlePrev = null;
  timeout._idleNext = null;
  timeout._onTimeout = null;
  if (timeout[kHasPrimitive]) MapPrototypeDelete(numbered, timeout[kAsyncId]);
}

class Immediate {
  #immediate;

  static {
    immediateOf = (value) =>
      typeof value === 'object' && value !== null && #immediate in value ? value.#immediate : undefined;
    cancelImmediate = (value) => {
      if (value._destroyed) return;
      value.#cancel();
      over(value);
    };
  }

  constructor(callback, args) {
    this._idleNext = null;
    this._idlePrev = null;
    this._onImmediate = callback;
    this._argv = args;
    this._destroyed = false;
    this[kRefed] = true;
    this[kAsyncId] = ++lastId;
    this[kTriggerId] = 1;
    const run = () => {
      const called = this._onImmediate;
      over(this);
      if (typeof called === 'function') ReflectApply(called, this, args ?? []);
    };
    this.#immediate = timing.createImmediate(run, undefined);
  }

  #cancel() {
    if (this.#immediate.isImmediate) realTimers.cancelImmediate(this.#immediate);
    else timing.cancelTimer(this.#immediate);
  }

  ref() {
    this.#refer(true);
    return this;
  }

  unref() {
    this.#refer(false);
    return this;
  }

  #refer(refed) {
    if (this[kRefed] !== !refed) return;
    this[kRefed] = refed;
    if (this.#immediate.isImmediate) realTimers.refImmediate(this.#immediate, refed);
    else if (refed) timing.refTimer(this.#immediate);
    else timing.unrefTimer(this.#immediate);
  }

  hasRef() {
    return Boolean(this[kRefed]);
  }
}

function over(immediate) {
  immediate._destroyed = true;
  immediate[kRefed] = null;
  immediate._onImmediate = null;
}

for (const [Class, dispose] of [
  [Timeout, (timeout) => timerOf(timeout) !== undefined && cancel(timeout)],
  [Immediate, (immediate) => immediateOf(immediate) !== undefined && cancelImmediate(immediate)],
]) {
  const method = {
    [kDispose]() {
      dispose(this);
    },
  }[kDispose];
  ObjectDefineProperty(Class.prototype, kDispose, { value: method, writable: true, configurable: true });
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
  if (timerOf(timer) !== undefined) cancel(timer);
  else if (typeof timer === 'number' || typeof timer === 'string') {
    const found = MapPrototypeGet(numbered, Number(timer));
    if (found !== undefined) cancel(found);
  }
}

/** Numbers timers as if none had been set. */
export function numberAnew() {
  lastId = 1;
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
  clearImmediate: (timer) => {
    if (immediateOf(timer) !== undefined) cancelImmediate(timer);
  },
};

// What util.promisify gives for these two.
const kPromisify = SymbolFor('nodejs.util.promisify.custom');
for (const [name, promised] of [
  ['setTimeout', (after, value) => new Promise((resolve) => timers.setTimeout(() => resolve(value), after))],
  ['setImmediate', (value) => new Promise((resolve) => timers.setImmediate(() => resolve(value)))],
]) {
  ObjectDefineProperty(promised, 'name', { value: name });
  ObjectDefineProperty(timers[name], kPromisify, { enumerable: true, configurable: false, get: () => promised });
}
