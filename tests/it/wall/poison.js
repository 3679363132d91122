// A function that poisons builtins and then uses the globals. It finds whatever of segfn it is handed on the way.
// An input says which builtin to poison, and how:
//
//   properties.poison   the number of a place, or -1 for none
//   properties.way      'accessor' or 'function', or 'absent' for getters of all names that segfn's own code looks up
//   properties.uses     which uses to make, by name
//   properties.ends     'keep' the poison for the next event, or 'remove' it
const {
  apply: ReflectApply,
  construct: ReflectConstruct,
  defineProperty: ReflectDefineProperty,
  getOwnPropertyDescriptor: describe,
  getPrototypeOf,
  ownKeys,
} = Reflect;
const { stringify } = JSON;
const OwnString = String;
const OwnSet = Set;
const { has: setHas, add: setAdd } = Set.prototype;
const { test: regExpTest } = RegExp.prototype;
const { exec: regExpExec } = RegExp.prototype;
const sourceOf = Function.prototype.toString;
const isIn = (set, value) => ReflectApply(setHas, set, [value]);
const addTo = (set, value) => ReflectApply(setAdd, set, [value]);

/* What is not segfn's: everything that a function reaches by itself. It is found before anything is poisoned. */
const LAZY = new Set(LAZY_GLOBALS);
const places = [];
const known = new Set();
(function walk() {
  const queue = [[globalThis, 'globalThis']];
  for (const value of [
    function* () {}, async function () {}, async function* () {}, [][Symbol.iterator](), new Map().entries(), new Set().values(),
    ''[Symbol.iterator](), 'a'.matchAll(/a/g), new Uint8Array(1), (function* () {})(), (async function* () {})(),
  ]) {
    queue.push([getPrototypeOf(value), `the prototype of ${typeof value} ${Object.prototype.toString.call(value)}`]);
  }
  for (const [object, path] of queue) {
    if (known.has(object)) continue;
    known.add(object);
    const up = getPrototypeOf(object);
    if (up !== null) queue.push([up, `the prototype of ${path}`]);
    for (const key of ownKeys(object)) {
      if (object === globalThis && (LAZY.has(key) || key === 'globalThis' || key === 'window')) continue;
      const descriptor = describe(object, key);
      const at = `${path}.${String(key)}`;
      if (descriptor.writable || (descriptor.configurable && 'get' in descriptor)) places.push({ object, key, descriptor, at });
      for (const value of [descriptor.value, descriptor.get, descriptor.set]) {
        if ((typeof value === 'object' && value !== null) || typeof value === 'function') queue.push([value, at]);
      }
    }
  }
})();

let found = [];
let seen = 0;
let watching = false;

/** Looks for what is segfn's in what a poisoned builtin was given. */
function look(value, where, depth = 0, visited = new OwnSet()) {
  if (typeof value === 'string') {
    // The mark of another input.
    if (value.length < 1e5) {
      regExp.lastIndex = 0;
      const mark = ReflectApply(regExpExec, regExp, [value]);
      if (mark !== null && mark[0] !== current) found[found.length] = `${where}: the mark of another input`;
    }
    return;
  }
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
  if (isIn(visited, value) || depth > 4) return;
  addTo(visited, value);
  if (isIn(known, value) && depth > 0) return;
  const names = ownKeys(value);
  if (typeof value === 'function') {
    // A bundle of segfn's own, as V8 compiles it: packages' are the same but for a prologue.
    const source = value.length === 4 ? ReflectApply(sourceOf, value, []) : '';
    if (ReflectApply(regExpTest, bundle, [source])) found[found.length] = `${where}: a bundle`;
    const name = describe(value, 'name')?.value;
    if (typeof name === 'string' && name[0] === 'o' && name[1] === 'p' && name[2] === '_') found[found.length] = `${where}: ${name}`;
  }
  for (let i = 0; i < names.length && i < 500; i++) {
    const name = names[i];
    if (typeof name === 'string') {
      if (BRANDS[name] === true || (name[0] === 'o' && name[1] === 'p' && name[2] === '_')) {
        found[found.length] = `${where}: an object with ${name}`;
        return;
      }
    }
    const descriptor = describe(value, name);
    if (descriptor === undefined) continue;
    look(descriptor.value, where, depth + 1, visited);
  }
  look(getPrototypeOf(value), where, depth + 1, visited);
}
const BRANDS = { __proto__: null, ops: true, core: true, primordials: true, opNames: true, loadExtScript: true, op_panic: true };
const bundle = /^\(?function[^(]*\(\s*require,\s*module,\s*exports,\s*host\s*\)\s*\{\s*"use strict"/;
const regExp = /mark-\d+-/g;
let current = '';

/** `receiver` and `values` were given to a poisoned builtin. */
function saw(receiver, values, at) {
  if (!watching) return;
  watching = false;
  try {
    seen += 1;
    // Builtins are called millions of times. What segfn gives them shows at once.
    if (seen > 20000) return;
    look(receiver, `this of ${at}`);
    for (let i = 0; values !== undefined && i < values.length; i++) look(values[i], `argument ${i} of ${at}`);
    lookAtCallers(at);
  } finally {
    watching = true;
  }
}

function lookAtCallers(at) {
  if (seen > 300) return;
  const before = describe(Error, 'prepareStackTrace');
  try {
    ReflectDefineProperty(Error, 'prepareStackTrace', {
      value: (_, sites) => sites,
      writable: true,
      configurable: true,
    });
    const { stack } = new ErrorAtStart();
    // While V8 writes the stack of another error, it gives no call sites.
    if (typeof stack === 'string') return;
    for (let i = 0; i < stack.length; i++) {
      const fn = stack[i].getFunction();
      look(stack[i].getThis(), `getThis in ${at}`);
      look(fn, `getFunction in ${at}`);
      if (typeof fn === 'function') {
        for (const name of ['arguments', 'caller']) {
          let value;
          try {
            value = fn[name];
          } catch {}
          if (value) for (let j = 0; j < value.length; j++) look(value[j], `arguments in ${at}`);
          if (name === 'caller') look(value, `caller in ${at}`);
        }
      }
    }
  } finally {
    if (before) ReflectDefineProperty(Error, 'prepareStackTrace', before);
    else delete Error.prepareStackTrace;
  }
}
const ErrorAtStart = Error;

let undo = [];

function poison({ object, key, descriptor, at }, way) {
  undo[undo.length] = () => ReflectDefineProperty(object, key, descriptor);
  if (way === 'function' || 'get' in descriptor) {
    const wrap = (original) => {
      if (typeof original !== 'function') return original;
      const wrapped = function (...args) {
        saw(this, args, at);
        return new.target === undefined
          ? ReflectApply(original, this, args)
          : ReflectConstruct(original, args, new.target === wrapped ? original : new.target);
      };
      const keys = ownKeys(original);
      for (let i = 0; i < keys.length; i++) {
        if (keys[i] !== 'arguments' && keys[i] !== 'caller') ReflectDefineProperty(wrapped, keys[i], describe(original, keys[i]));
      }
      Object.setPrototypeOf?.(wrapped, getPrototypeOf(original));
      return wrapped;
    };
    const changed =
      'value' in descriptor
        ? { ...descriptor, value: wrap(descriptor.value) }
        : { ...descriptor, get: wrap(descriptor.get), set: wrap(descriptor.set) };
    return ReflectDefineProperty(object, key, changed);
  }
  if (!descriptor.configurable) return false;
  let { value } = descriptor;
  return ReflectDefineProperty(object, key, {
    __proto__: null,
    get() {
      saw(this, undefined, at);
      return value;
    },
    set(to) {
      saw(this, [to], at);
      if (this === object) value = to;
      else ReflectDefineProperty(this, key, { __proto__: null, value: to, writable: true, enumerable: true, configurable: true });
    },
    enumerable: descriptor.enumerable,
    configurable: true,
  });
}

// Indexes are looked up where an array has a hole or grows.
const absent = [...Array.from({ length: 32 }, (_, index) => String(index))];
for (const name of ownKeys(Symbol)) {
  if (typeof Symbol[name] === 'symbol') absent.push(Symbol[name]);
}
for (const name of ['nodejs.util.inspect.custom', 'nodejs.util.promisify.custom', 'Deno.core.hostObject', 'Deno.core.internalPromiseId', 'Deno.privateCustomInspect', 'segfn.KeyObject']) {
  absent.push(Symbol.for(name));
}

/** Getters for all names that segfn's code looks up, where a look-up that finds nothing ends. */
function poisonAbsent() {
  for (const [object, path] of [[Object.prototype, 'Object.prototype'], [Function.prototype, 'Function.prototype'], [Array.prototype, 'Array.prototype']]) {
    for (let i = 0; i < ABSENT_NAMES.length + absent.length; i++) {
      const key = i < absent.length ? absent[i] : ABSENT_NAMES[i - absent.length];
      if (key in object || MEANT[key] === true) continue;
      const at = `${path}.${OwnString(key)}`;
      undo[undo.length] = () => delete object[key];
      ReflectDefineProperty(object, key, {
        __proto__: null,
        get() {
          saw(this, undefined, at);
          return undefined;
        },
        set(to) {
          saw(this, [to], at);
          ReflectDefineProperty(this, key, { __proto__: null, value: to, writable: true, enumerable: true, configurable: true });
        },
        configurable: true,
      });
    }
  }
}

// Names that the language itself looks up, where an accessor changes what it does under Node, too.
const MEANT = { __proto__: null };
for (const name of ['get', 'set', 'value', 'writable', 'enumerable', 'configurable', '__proto__']) MEANT[name] = true;

function removePoison() {
  for (let i = undo.length - 1; i >= 0; i--) undo[i]();
  undo = [];
}

const uses = USES;

async function onTrack(event) {
  if (event.event === 'places') return places.map(({ at }) => at);
  if (event.event === 'renew') {
    // An uncaught error ends the instance.
    setTimeout(() => { throw new Error('renew'); });
    await new Promise(() => {});
  }
  const { poison: number, way, uses: chosen, ends } = event.properties;
  current = `mark-${event.messageId}-`;
  found = [];
  seen = 0;
  const results = {};
  if (undo.length === 0) {
    if (way === 'absent') poisonAbsent();
    else if (number >= 0) poison(places[number], way);
  }
  watching = true;
  for (let i = 0; i < chosen.length; i++) {
    try {
      results[chosen[i]] = await uses[chosen[i]](current);
    } catch (error) {
      results[chosen[i]] = `threw ${error?.stack ?? error}`;
    }
  }
  watching = false;
  if (ends !== 'keep') removePoison();
  const value = { found: found.slice(0, 20), results, seen };
  return value;
}
