// segfn's own module system: the bundles of js/dist, by name. Functions never see it.
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
// The bundles that build.rs puts into the startup snapshot; the others come from an op.
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

// With what the module's own objects evaluate when they are read, as google's libraries: for build.rs,
// whose code cache then has it all.
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

// What is being evaluated, each because of the one before.
const stack = [];

export const isEvaluating = () => stack.length > 0;

export const isBeingEvaluated = (name) => ArrayPrototypeIncludes(stack, name);

/** What `evaluate` gives; it evaluates what is known by `name`. build.rs has no such ops. */
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

/** A script of deno_web: what it leaves. */
export function loadScript(name) {
  scripts[name] ??= evaluating(name, () => core.loadExtScript(name));
  return scripts[name];
}

/** Evaluates what would be touched later. */
export function preload(name) {
  if (StringPrototypeStartsWith(name, 'ext:')) loadScript(name);
  else require(name);
}
