// segfn's own module system, over the bundles of js/dist and the scripts of deno_web. Functions never see it.
import { lastOp, refOp, unrefOp } from './async-ops.js';
import { blobOps, SafeFinalizationRegistry } from './blobs.js';
import { core, ops, primordials, webCore } from './host.js';

const {
  ArrayPrototypeIncludes,
  ArrayPrototypePop,
  ArrayPrototypePush,
  ObjectHasOwn,
  ObjectSetPrototypeOf,
  ObjectValues,
  StringPrototypeStartsWith,
} = primordials;

// What segfn's own bundles get beside `require`. build.mjs makes those strict: a function could take a sloppy
// function's `arguments`.
const host = { __proto__: null, core, ops, primordials, lastOp, refOp, unrefOp };
// What deno_web's scripts get. They are strict, too.
const bootstrap = {
  __proto__: null,
  core: webCore,
  primordials: { __proto__: primordials, SafeFinalizationRegistry },
  internals: { __proto__: null },
};
webCore.loadExtScript = require;
// The bundles that build.rs puts into the startup snapshot. An op gives the others.
const defined = { __proto__: null };
const modules = { __proto__: null };

export function define(name, wrapper) {
  defined[name] = wrapper;
}

export function require(name) {
  const key = builtin(name);
  const module = modules[key];
  if (module !== undefined) return module.exports;
  return evaluate(key, defined[key] ?? ops.op_bundle(key));
}

/**
 * Requires a module and reads its objects' members, some of which are evaluated only then, as Google's libraries are.
 * build.rs calls it so that its code cache holds all of them.
 */
export function requireWhole(name) {
  const exports = require(name);
  for (const key in exports) {
    if (typeof exports[key] === 'object') ObjectValues(exports[key] ?? {});
  }
}

// `stream` and `node:stream` are the same module.
function builtin(name) {
  if (StringPrototypeStartsWith(name, 'node:') || StringPrototypeStartsWith(name, 'ext:')) return name;
  const prefixed = `node:${name}`;
  return ObjectHasOwn(modules, prefixed) || ObjectHasOwn(names, prefixed) ? prefixed : name;
}

const names = { __proto__: null };

export function setNames(list) {
  for (let i = 0; i < list.length; i++) names[list[i]] = true;
}

/** What the npm packages get for `require`: Node's modules and other packages. */
function requireForPackages(name) {
  if (name === 'segfn:aws-models') return require(name);
  // Other packages get what functions get, and not the package that this is made of.
  if (name === 'aws-sdk') return require('segfn:aws');
  const isSegfns = StringPrototypeStartsWith(name, 'segfn:') || StringPrototypeStartsWith(name, 'ext:');
  if (isSegfns) throw new Error(`there is no package named ${name}`);
  return require(name);
}

const isSegfns = (key) => StringPrototypeStartsWith(key, 'node:') || StringPrototypeStartsWith(key, 'segfn:');

function evaluate(key, wrapper) {
  const module = { __proto__: null, exports: {} };
  modules[key] = module;
  try {
    evaluating(key, () => {
      if (StringPrototypeStartsWith(key, 'ext:')) {
        // Not the ops' object itself, nor one that inherits from it: V8 would make that anew for each op that is bound.
        webCore.ops ??= { __proto__: null, ...ops, ...blobOps };
        wrapper(undefined, module, undefined, bootstrap);
      } else if (isSegfns(key)) wrapper(require, module, module.exports, host);
      else wrapper(requireForPackages, module, module.exports, undefined);
    });
  } catch (error) {
    delete modules[key];
    throw error;
  }
  return module.exports;
}

// The names of what is being evaluated, each because of the one before it.
const stack = [];
ObjectSetPrototypeOf(stack, null);

export const isEvaluating = () => stack.length > 0;

export const isBeingEvaluated = (name) => ArrayPrototypeIncludes(stack, name);

/** Calls `evaluate`, which evaluates the bundle `name`. build.rs doesn't have these two ops. */
function evaluating(name, evaluate) {
  ArrayPrototypePush(stack, name);
  ops.op_evaluation_begins?.(name);
  try {
    return evaluate();
  } finally {
    ops.op_evaluation_ends?.();
    ArrayPrototypePop(stack);
  }
}
