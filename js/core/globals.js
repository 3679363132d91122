// Makes the globals of js/globals.json. That is the one table of them (docs/platform.md section 3): the runtime,
// `segfn globals`, the docs and the type declarations come from it. What the platform lacks (`require`, `process`,
// `module` …) is not in the table and stays undeclared. An entry has these fields:
//
//   name      the global's name
//   packages  the npm packages that it stands for, at the platform's versions; otherwise `from` says what it is
//   module    the bundle that holds it; `member` if it is only a part of that; `inner`: see `wrapped` below
//   web       the script of deno_web that holds it, if no bundle does
//   kinds     the kinds of function that have it, if not all do
//   hidden    true for what is not enumerable in Node, such as its classes
//   extra     true for what the platform's documentation doesn't promise, but Node 20 has and real functions use
//   notes     a text for people; `cost`, in milliseconds, is for them too
//   types     its type in TypeScript, if that doesn't follow from the rest
import table from '../globals.json';
import { cache } from './cache.js';
import { errorClasses } from './error-classes.js';
import { isBeingEvaluated, isEvaluating, require } from './bundles.js';
import { Segment } from './segment.js';
import { ServerRequest } from './server-request.js';
import { timers } from './timers.js';
import { warn } from './warnings.js';
import { web } from './web.js';

// The globals that are in no bundle.
const own = { __proto__: null, ...errorClasses, ...timers, cache, Segment, ServerRequest };

// The values made so far. A package that touches a global while it is evaluated gets the value that functions get.
const made = { __proto__: null };

function valueOf(entry) {
  // lodash asks for `_` while it is evaluated.
  if (isBeingEvaluated(entry.module)) return undefined;
  return (made[entry.name] ??= make(entry));
}

/** Makes an entry's value. */
function make({ name, module, member, inner, web: file }) {
  if (file !== undefined) return web(file, name);
  if (module === undefined) return own[name];
  const library = require(module);
  if (inner !== undefined) return wrapped(name, inner, library);
  return member === undefined ? library : library[member];
}

// The platform wraps some libraries in an object, and its documentation unwraps them in the
// handler (`zlib = zlib.zlib`), which fails in a warm instance. Here the library refers to itself, so that
// unwrapping it again does no harm.
function wrapped(name, inner, library) {
  if (name === inner && !(name in library)) {
    Object.defineProperty(library, name, {
      get() {
        warn(
          `in production, ${name} = ${name}.${name} in a handler works only for an instance's first event: ` +
            `use another name, as in const ${name}Fn = ${name}.${name}`,
        );
        return library;
      },
      configurable: true,
    });
  }
  return { [inner]: library };
}

// What is in the startup snapshot anyway.
const isReady = ({ name, module }) => name in own || module === 'segfn:url';

// A global is an accessor until it is first touched or assigned, and a plain writable property after that. So a
// function can assign all of them, as on the platform, and none costs anything before it is touched.
function define(target, entry) {
  const enumerable = entry.hidden !== true;
  if (isReady(entry)) {
    Object.defineProperty(target, entry.name, {
      value: valueOf(entry),
      writable: true,
      enumerable,
      configurable: true,
    });
    return;
  }
  const settle = (value) => {
    Object.defineProperty(target, entry.name, {
      value,
      writable: true,
      enumerable,
      configurable: true,
    });
    return value;
  };
  Object.defineProperty(target, entry.name, {
    get() {
      if (isEvaluating()) return valueOf(entry);
      warnOfKinds(entry);
      return settle(valueOf(entry));
    },
    set: settle,
    enumerable,
    configurable: true,
  });
}

// True while nobody has said of which kind the function is. Its handlers tell, but only later.
let kindUnknown = true;

/** Removes the globals that functions of this kind don't have. `kind` is undefined if it is not known. */
export function restrictTo(kind, window) {
  kindUnknown = kind === undefined;
  if (kindUnknown) return;
  for (const { name, kinds } of table) {
    if (kinds === undefined || kinds.includes(kind)) continue;
    delete globalThis[name];
    delete window[name];
  }
}

// While the kind is unknown the function gets the globals of every kind, and is told which kinds have this one.
function warnOfKinds({ name, kinds }) {
  if (kinds === undefined || !kindUnknown) return;
  warn(`only functions of the kind ${kinds.join(' or ')} have ${name}: if this is one, say --kind ${kinds[0]}`);
}

/** Defines all globals over `console`. Returns `window`, which holds them too. */
export function defineGlobals(console) {
  own.console = console;
  const window = {};
  for (const entry of table) {
    define(globalThis, entry);
    if (!entry.extra) define(window, entry);
  }
  // V8 gives an embedder's global object a nameless constructor.
  Object.getPrototypeOf(globalThis).constructor = Object;
  Object.defineProperty(globalThis, 'window', {
    value: window,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return window;
}
