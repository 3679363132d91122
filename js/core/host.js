// What deno_core provides while the startup snapshot is made. Functions never see any of it. The engine deletes `Deno`
// and `__bootstrap` from the global object before a function is loaded. What stays here has no prototype, because a
// function may put a getter on `Object.prototype`, whose `this` would be the object that a missing property was
// looked up on.
import { eventLoopTick, setUpAsyncStub } from './async-ops.js';

export const { primordials } = globalThis.__bootstrap;

const { ObjectAssign, ObjectKeys, ObjectSetPrototypeOf } = primordials;

const denoCore = globalThis.Deno.core;

// The Rust ops of src/host are bound after the snapshot has been read. So they must be looked up
// on this object when they are called, and never be destructured while a bundle is evaluated.
export const { ops } = denoCore;
ObjectSetPrototypeOf(ops, null);

// deno_core binds the ops, and calls what is here, by this object.
globalThis.Deno.core = ObjectAssign({ __proto__: null }, denoCore, { setUpAsyncStub, __eventLoopTick: eventLoopTick });

/** What segfn uses of deno_core. */
export const core = pick([
  'AsyncVariable',
  'byteLength',
  'getPromiseDetails',
  'getProxyDetails',
  'isAnyArrayBuffer',
  'isArgumentsObject',
  'isArrayBuffer',
  'isAsyncFunction',
  'isBigIntObject',
  'isBooleanObject',
  'isBoxedPrimitive',
  'isDataView',
  'isDate',
  'isGeneratorFunction',
  'isGeneratorObject',
  'isMap',
  'isMapIterator',
  'isModuleNamespaceObject',
  'isNativeError',
  'isNumberObject',
  'isPromise',
  'isProxy',
  'isRegExp',
  'isSet',
  'isSetIterator',
  'isSharedArrayBuffer',
  'isStringObject',
  'isSymbolObject',
  'isTypedArray',
  'isWeakMap',
  'isWeakSet',
  'registerErrorBuilder',
  'runMicrotasks',
  'setAsyncContext',
  'setReportExceptionCallback',
]);

/** The number of UTF-8 in src/host/buffer.rs. */
const UTF8 = 0;

/** deno_core's timers; those of the frozen clock (virtual-timers.js) have the same interface. */
export const realTimers = pick([
  'cancelTimer',
  'createSystemTimer',
  'createTimer',
  'refTimer',
  'refreshTimer',
  'unrefTimer',
]);

/** An immediate of deno_core's, with the interface of a timer. */
realTimers.createImmediate = (callback) => {
  const immediate = {
    __proto__: null,
    _idleNext: null,
    _idlePrev: null,
    _onImmediate: callback,
    _argv: undefined,
    _destroyed: false,
    asyncId: 0,
    triggerAsyncId: 0,
    isImmediate: true,
    [denoCore.kRefed]: true,
  };
  denoCore.immediateRefCount(true);
  denoCore.queueImmediate(immediate);
  return immediate;
};
realTimers.isWaiting = (timer) => Boolean(timer._idleNext ?? timer._idlePrev);
realTimers.cancelImmediate = (immediate) => denoCore.clearImmediate(immediate);
realTimers.refImmediate = (immediate, refed) => {
  if (immediate[denoCore.kRefed] !== !refed) return;
  immediate[denoCore.kRefed] = refed;
  denoCore.immediateRefCount(refed);
};

/** What deno_web's scripts use of deno_core. `bundles.js` adds how they load each other. */
export const webCore = pick([
  'InterruptedPrototype',
  'build',
  'decode',
  'destructureError',
  'hostObjectBrand',
  'isAnyArrayBuffer',
  'isArrayBuffer',
  'isDataView',
  'isProxy',
  'isSharedArrayBuffer',
  'isTypedArray',
  'reportUnhandledException',
]);
for (const name of ['cancelTimer', 'createSystemTimer', 'createTimer', 'refTimer', 'refreshTimer', 'unrefTimer']) {
  webCore[name] = realTimers[name];
}

// deno_core makes bytes that nothing counts as the function's memory.
webCore.encode = (text) => ops.op_buffer_from_string(text, UTF8);

// deno_core's own registries refuse a name that they have. But a script may have to be evaluated again, after a
// function's getters broke off its first evaluation.
const transferable = { __proto__: null };
const cloneable = { __proto__: null };
webCore.registerTransferableResource = (name, send, receive) => {
  transferable[name] = { __proto__: null, send, receive };
};
webCore.getTransferableResource = (name) => transferable[name];
webCore.registerCloneableResource = (name, deserialize) => {
  cloneable[name] = deserialize;
};
webCore.structuredClone = (value) => denoCore.structuredClone(value, cloneable);

function pick(names) {
  const picked = { __proto__: null };
  for (let i = 0; i < names.length; i++) {
    if (denoCore[names[i]] === undefined) throw new Error(`deno_core has no ${names[i]}: was its version changed?`);
    picked[names[i]] = denoCore[names[i]];
  }
  return picked;
}

// The ops of deno_core that JavaScript outside of it calls. deno_core itself keeps those that it uses; the rest is
// disabled (src/host/core_ops.rs).
const CALLED = [
  'op_get_constructor_name',
  'op_get_non_index_property_names',
  'op_ref_op',
  'op_timer_now',
  'op_unref_op',
];
// While the snapshot is made, there are none but deno_core's.
const unused = ObjectKeys(ops).filter((name) => !CALLED.includes(name));

/** Takes away what nothing here uses. The engine calls it when deno_core has bound all ops. */
export function start() {
  for (let i = 0; i < unused.length; i++) delete ops[unused[i]];
  // deno_core takes V8's own `queueMicrotask` from the global object when it is first called.
  queueMicrotask(() => {});
  globalThis.queueMicrotask = checkedMicrotask;
}

function notAFunction(value) {
  let shown = String(value);
  if (value !== null && value !== undefined) {
    shown = typeof value === 'object' ? `an instance of ${value.constructor?.name}` : `type ${typeof value} (${shown})`;
  }
  const error = new TypeError(`The "callback" argument must be of type function. Received ${shown}`);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

/** Node's queueMicrotask, which says what it was given instead of a function. */
const checkedMicrotask = {
  queueMicrotask(callback) {
    if (typeof callback !== 'function') throw notAFunction(callback);
    primordials.queueMicrotask(callback);
  },
}.queueMicrotask;
