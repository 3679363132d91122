// Makes the globals of js/globals.json, which is the one table of them (docs/platform.md section 3): the
// runtime, `segfn globals`, the docs and the type declarations come from it. What the platform lacks (`require`,
// `process`, `module` …) is not in it and stays undeclared. An entry has
//
//   name      the global
//   packages  the npm packages that it is, with the platform's versions; or `from`, what else it is
//   module    the bundle that holds it, `member` if it is only a part of that, and `inner`: see below
//   web       or else the script of deno_web that does
//   kinds     the kinds of function that have it, where not all do
//   extra     not promised by the platform's documentation, but of Node 20, and seen in real functions: a superset
//             does no harm
//   notes     for people; `cost`, in milliseconds, for them too
//   types     its type in TypeScript, where that doesn't follow from the rest
import table from '../globals.json';
import { cache } from './cache.js';
import { errorClasses } from './error-classes.js';
import { isBeingEvaluated, isEvaluating, require } from './bundles.js';
import { Segment } from './segment.js';
import { ServerRequest } from './server-request.js';
import { timers } from './timers.js';
import { warn } from './warnings.js';
import { makeURL, makeURLSearchParams, web } from './web.js';

// What is in no bundle.
const own = { __proto__: null, ...errorClasses, ...timers, cache, Segment, ServerRequest };

// What has been made: packages that touch a global while they are evaluated get what functions get.
const made = { __proto__: null };

function valueOf(entry) {
  // lodash asks for `_` while it is evaluated.
  if (isBeingEvaluated(entry.module)) return undefined;
  return (made[entry.name] ??= make(entry));
}

/** Makes an entry's value. */
function make({ name, module, member, inner, web: file }) {
  if (name === 'URL') return makeURL();
  if (name === 'URLSearchParams') return makeURLSearchParams();
  if (file !== undefined) return web(file, name);
  if (module === undefined) return own[name];
  const library = require(module);
  if (inner !== undefined) return wrapped(name, inner, library);
  return member === undefined ? library : library[member];
}

// The platform wraps some libraries in an object, and its documentation unwraps them in the
// handler (`zlib = zlib.zlib`), which fails in a warm instance. A reference to itself makes
// repeating that harmless.
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

// An accessor until the first touch or assignment, a plain writable property after it: all of the
// platform's globals can be assigned, and none costs anything before it is touched.
function defineLazily(target, entry) {
  const settle = (value) => {
    Object.defineProperty(target, entry.name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    return value;
  };
  Object.defineProperty(target, entry.name, {
    get() {
      if (isEvaluating()) return valueOf(entry);
      tellOfKinds(entry);
      return settle(valueOf(entry));
    },
    set: settle,
    enumerable: true,
    configurable: true,
  });
}

// Nobody said which kind the function is of: it is told by its handlers, which comes later.
let kindUnknown = true;

/** Takes away what functions of this kind, if it is known, don't have. */
export function restrictTo(kind, window) {
  kindUnknown = kind === undefined;
  if (kindUnknown) return;
  for (const { name, kinds } of table) {
    if (kinds === undefined || kinds.includes(kind)) continue;
    delete globalThis[name];
    delete window[name];
  }
}

// What a function of another kind wouldn't find on the platform is given to one that may be of the right kind.
function tellOfKinds({ name, kinds }) {
  if (kinds === undefined || !kindUnknown) return;
  warn(`only functions of the kind ${kinds.join(' or ')} have ${name}: if this is one, say --kind ${kinds[0]}`);
}

export function defineGlobals(console) {
  own.console = console;
  const window = {};
  for (const entry of table) {
    defineLazily(globalThis, entry);
    if (!entry.extra) defineLazily(window, entry);
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
