// What `performance` has in Node, and not in browsers. Nothing observes a function: there are no entries of it.
import { primordials } from './host.js';

const { ObjectDefineProperty, ObjectGetPrototypeOf, ReflectApply, ReflectConstruct, String, TypeError } = primordials;

/** How long the process has run; there is no such process as Node tells of. */
class PerformanceNodeTiming {
  constructor(now) {
    const timing = { name: 'node', entryType: 'node', startTime: 0 };
    for (const name in timing) ObjectDefineProperty(this, name, { value: timing[name], enumerable: true });
    ObjectDefineProperty(this, 'duration', { get: now, enumerable: true });
    const started = { nodeStart: 0, v8Start: 0, bootstrapComplete: 0, environment: 0, loopStart: -1, loopExit: -1 };
    for (const name in started) ObjectDefineProperty(this, name, { value: started[name], enumerable: true });
    ObjectDefineProperty(this, 'idleTime', { value: 0, enumerable: true });
  }
}

const members = {
  __proto__: null,

  eventLoopUtilization() {
    return { idle: 0, active: 0, utilization: 0 };
  },

  markResourceTiming(_timing, _url, _type, _global, _cacheMode) {},

  /** The same function, which an observer would be told the durations of. */
  timerify(fn, _options = {}) {
    if (typeof fn !== 'function') {
      const shown =
        fn !== null && typeof fn === 'object'
          ? ''
          : ` Received ${fn == null ? fn : `type ${typeof fn} (${String(fn)})`}`;
      const error = new TypeError(`The "fn" argument must be of type function.${shown}`);
      error.code = 'ERR_INVALID_ARG_TYPE';
      throw error;
    }
    function timerified(...args) {
      return new.target ? ReflectConstruct(fn, args, fn) : ReflectApply(fn, this, args);
    }
    ObjectDefineProperty(timerified, 'length', { value: fn.length, configurable: true });
    ObjectDefineProperty(timerified, 'name', { value: `timerified ${fn.name}`, configurable: true });
    return timerified;
  },
};

/** Gives Node's members to `performance`, once. */
export function completePerformance(performance) {
  const prototype = ObjectGetPrototypeOf(performance);
  if ('timerify' in prototype) return;
  const timing = new PerformanceNodeTiming(() => performance.now());
  for (const name in members)
    ObjectDefineProperty(prototype, name, { value: members[name], writable: true, configurable: true });
  ObjectDefineProperty(prototype, 'nodeTiming', { value: timing, writable: true, configurable: true });
}
