// Puts the frozen clock and the seeded random numbers (src/host/clock.rs, src/random.rs) under everything that
// tells the time or draws a number. It happens before the function's code is loaded. What is replaced can't be
// reached any more.
import { ops, primordials, webCore } from './host.js';
import { setTimers } from './timers.js';
import { virtualTimers } from './virtual-timers.js';

const { ObjectAssign, Proxy, ReflectApply, ReflectConstruct, SafeWeakMap } = primordials;

const now = () => ops.op_clock_now();

/** Replaces `owner[name]` by a proxy, which has the name, the length and the text of the original. */
function replace(owner, name, apply) {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { ...descriptor, value: new Proxy(descriptor.value, { apply }) });
}

function freezeDate() {
  const { Date } = globalThis;
  const { toString } = Date.prototype;
  const Frozen = new Proxy(Date, {
    apply: () => ReflectApply(toString, new Date(now()), []),
    construct: (_, args, newTarget) => ReflectConstruct(Date, args.length === 0 ? [now()] : args, newTarget),
  });
  replace(Date, 'now', now);
  Date.prototype.constructor = Frozen;
  globalThis.Date = Frozen;
}

/** Formats now when it is called without a date. */
const dated = (format, self, args) => ReflectApply(format, self, args[0] === undefined ? [now()] : args);

function freezeIntl() {
  const { prototype } = Intl.DateTimeFormat;
  replace(prototype, 'formatToParts', dated);
  // `format` is a getter that makes one function for each formatter.
  const proxies = new SafeWeakMap();
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'format');
  const get = new Proxy(descriptor.get, {
    apply(getter, self) {
      const format = ReflectApply(getter, self, []);
      if (!proxies.has(format)) proxies.set(format, new Proxy(format, { apply: dated }));
      return proxies.get(format);
    },
  });
  Object.defineProperty(prototype, 'format', { ...descriptor, get });
}

// deno_web's scripts are evaluated later, when a function first touches what they hold.
function freezeWeb() {
  ObjectAssign(webCore, virtualTimers);
}

export function freeze() {
  freezeDate();
  freezeIntl();
  freezeWeb();
  replace(Math, 'random', () => ops.op_random_unit());
  setTimers(virtualTimers);
  // The console and `process` read this clock.
  ops.op_timer_now = ops.op_clock_elapsed;
}
