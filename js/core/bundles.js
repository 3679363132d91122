// segfn's own module system, over the bundles of js/dist. Functions never see it.
import { core, ops, primordials } from './host.js';

const {
  ArrayPrototypeIncludes,
  ArrayPrototypePop,
  ArrayPrototypePush,
  ObjectHasOwn,
  ObjectValues,
  StringPrototypeStartsWith,
} = primordials;

const host = { __proto__: null, core, ops, primordials };
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
  if (StringPrototypeStartsWith(name, 'node:')) return name;
  const prefixed = `node:${name}`;
  return ObjectHasOwn(modules, prefixed) || ObjectHasOwn(names, prefixed) ? prefixed : name;
}

const names = { __proto__: null };

export function setNames(list) {
  for (let i = 0; i < list.length; i++) names[list[i]] = true;
}

function evaluate(key, wrapper) {
  const module = { exports: {} };
  modules[key] = module;
  try {
    evaluating(key, () => wrapper(require, module, module.exports, host));
  } catch (error) {
    delete modules[key];
    throw error;
  }
  return module.exports;
}

// The names of what is being evaluated, each because of the one before it.
const stack = [];

export const isEvaluating = () => stack.length > 0;

export const isBeingEvaluated = (name) => ArrayPrototypeIncludes(stack, name);

/** Calls `evaluate`, which evaluates the bundle or script `name`. build.rs doesn't have these two ops. */
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

const scripts = { __proto__: null };

/** The exports of a script of deno_web. */
export function loadScript(name) {
  scripts[name] ??= evaluating(name, () => core.loadExtScript(name));
  return scripts[name];
}

/** Evaluates a bundle, or a script of deno_web, before it is touched. */
export function preload(name) {
  if (StringPrototypeStartsWith(name, 'ext:')) loadScript(name);
  else require(name);
}
