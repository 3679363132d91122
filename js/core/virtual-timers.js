// Timers on the frozen clock, with the interface of deno_core's. Time that passes never fires them: the engine fires
// those that are due, and moves the clock to the next one when nothing else is left to do
// (src/engine/invoke/event_loop.rs).
import { core, ops, primordials } from './host.js';

const { MathTrunc, ObjectSetPrototypeOf, ReflectApply } = primordials;

const MAX = 2 ** 31 - 1;

// A binary heap. The earliest timer comes first, and of two with the same time the one that was set first.
const heap = [];
// A function may put setters on `Array.prototype`.
ObjectSetPrototypeOf(heap, null);
let sequence = 0;
let ids = 0;
let refed = 0;

const before = (a, b) => a.time < b.time || (a.time === b.time && a.order < b.order);

function put(timer, index) {
  heap[index] = timer;
  timer.index = index;
}

function up(timer, index) {
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!before(timer, heap[parent])) break;
    put(heap[parent], index);
    index = parent;
  }
  put(timer, index);
}

function down(timer, index) {
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child += 1;
    if (!before(heap[child], timer)) break;
    put(heap[child], index);
    index = child;
  }
  put(timer, index);
}

function insert(timer) {
  timer.time = ops.op_clock_now() + timer.after;
  timer.order = sequence++;
  if (timer.refed) refed += 1;
  heap.length += 1;
  up(timer, heap.length - 1);
}

function remove(timer) {
  const { index } = timer;
  if (index === -1) return false;
  timer.index = -1;
  if (timer.refed) refed -= 1;
  const last = heap[heap.length - 1];
  heap.length -= 1;
  if (last !== timer) {
    if (index > 0 && before(last, heap[(index - 1) >> 1])) up(last, index);
    else down(last, index);
  }
  return true;
}

function fire(timer) {
  remove(timer);
  try {
    ReflectApply(timer.callback, undefined, timer.args ?? []);
  } catch (error) {
    ops.op_uncaught(error);
  }
  if (timer.repeat && !timer.cancelled && timer.index === -1) insert(timer);
}

export const virtualTimers = {
  // As in Node, the time is in whole milliseconds, and at least one.
  createTimer(callback, after, args, repeat, isRefed) {
    after = +after;
    if (!(after >= 1 && after <= MAX)) after = 1;
    const timer = {
      callback,
      after: MathTrunc(after),
      args,
      repeat,
      refed: isRefed,
      cancelled: false,
      index: -1,
      time: 0,
      order: 0,
      _timerId: ++ids,
    };
    insert(timer);
    return timer;
  },

  // It fires as soon as what runs now has ended.
  createImmediate(callback, args) {
    const timer = virtualTimers.createTimer(callback, 1, args, false, true);
    remove(timer);
    timer.after = 0;
    insert(timer);
    return timer;
  },

  // AbortSignal.timeout makes these. They keep the event loop going, for nothing else may be left to wait for.
  createSystemTimer: (callback, after) => virtualTimers.createTimer(callback, after, undefined, false, true),

  cancelTimer(timer) {
    timer.cancelled = true;
    remove(timer);
  },

  refreshTimer(timer) {
    remove(timer);
    insert(timer);
  },

  isWaiting: (timer) => timer.index !== -1,

  refTimer(timer) {
    if (!timer.refed && timer.index !== -1) refed += 1;
    timer.refed = true;
  },

  unrefTimer(timer) {
    if (timer.refed && timer.index !== -1) refed -= 1;
    timer.refed = false;
  },
};

/** Forgets all timers, as if none had been set. */
export function startAnew() {
  while (heap.length > 0) virtualTimers.cancelTimer(heap[heap.length - 1]);
  sequence = 0;
  ids = 0;
}

/** When the next timer is due, in milliseconds since 1970. NaN if no timer keeps the event loop going. */
export function nextTimer() {
  return refed > 0 ? heap[0].time : NaN;
}

/**
 * Fires the timers that are due by now, and runs microtasks between them. Timers that are set meanwhile have to wait.
 * Returns whether any timer was due.
 */
export function fireDue() {
  const now = ops.op_clock_now();
  const end = sequence;
  let any = false;
  while (heap.length > 0 && heap[0].time <= now && heap[0].order < end) {
    if (any) core.runMicrotasks();
    any = true;
    fire(heap[0]);
  }
  return any;
}
