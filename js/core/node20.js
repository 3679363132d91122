// segfn's V8 is newer than that of the platform's Node 20. This removes what came into the language since then, because
// a function that uses it would fail on the platform, and brings back what was there. V8's own flags leave out the
// newest (src/engine/isolate/v8_flags.rs). tests/it/language.rs compares all of the language with Node 20's.
import { ops, primordials } from './host.js';

const {
  ArrayPrototypeIncludes,
  ArrayPrototypeJoin,
  ErrorPrototypeToString,
  FunctionPrototype,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ObjectGetPrototypeOf,
  ObjectSetPrototypeOf,
  Proxy,
  RangeError,
  ReflectApply,
  ReflectConstruct,
  RegExpPrototypeExec,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  SymbolToStringTag,
} = primordials;

const { captureStackTrace } = Error;

const NEWER = {
  Array: ['fromAsync'],
  'ArrayBuffer.prototype': ['detached', 'transfer', 'transferToFixedLength'],
  Intl: ['DurationFormat', 'v8BreakIterator'],
  'Intl.Locale.prototype': ['firstDayOfWeek'],
  'Iterator.prototype': [
    'constructor',
    'drop',
    'every',
    'filter',
    'find',
    'flatMap',
    'forEach',
    'map',
    'reduce',
    'some',
    'take',
    'toArray',
    SymbolToStringTag,
  ],
  JSON: ['isRawJSON', 'rawJSON'],
  Map: ['groupBy'],
  Object: ['groupBy'],
  Promise: ['withResolvers'],
  'Set.prototype': [
    'difference',
    'intersection',
    'isDisjointFrom',
    'isSubsetOf',
    'isSupersetOf',
    'symmetricDifference',
    'union',
  ],
};

// V8 adds these to a context after it has read the startup snapshot.
const NEWER_AT_START = {
  WebAssembly: ['JSTag', 'SuspendError', 'Suspending', 'promising'],
  'WebAssembly.Exception.prototype': ['stack'],
  'WebAssembly.Memory.prototype': ['toFixedLengthBuffer', 'toResizableBuffer'],
};

function remove(table) {
  for (const [path, names] of Object.entries(table)) {
    const owner = path.split('.').reduce((object, name) => object[name], globalThis);
    for (const name of names) delete owner[name];
  }
}

/** Makes the language Node 20's. */
export function becomeNode20() {
  remove(NEWER);
  // Only the constructor is new: the prototype of iterators stays.
  delete globalThis.Iterator;
  ObjectDefineProperty(Error, 'prepareStackTrace', {
    value: ErrorPrepareStackTrace,
    writable: true,
    configurable: true,
  });
  localesOfNode20();
  zonesOfNode20();
  jsonOfNode20();
}

/** What V8 has added to the context since. */
export function becomeNode20AtStart() {
  remove(NEWER_AT_START);
  const { Module } = WebAssembly;
  ObjectSetPrototypeOf(Module, FunctionPrototype);
  ObjectSetPrototypeOf(Module.prototype, ObjectGetPrototypeOf(WebAssembly.Instance.prototype));
  ObjectDefineProperty(WebAssembly.Exception, 'length', { value: 1 });
}

/** Replaces `owner[name]` by a proxy, which has the name, the length and the text of the original. */
function replace(owner, name, handler) {
  const descriptor = ObjectGetOwnPropertyDescriptor(owner, name);
  ObjectDefineProperty(owner, name, { ...descriptor, value: new Proxy(descriptor.value, handler) });
}

/** As V8 writes stacks. Code keeps it, sets its own, and sets it again. */
function ErrorPrepareStackTrace(error, trace) {
  const text = ErrorPrototypeToString(error);
  return trace.length === 0 ? text : `${text}\n    at ${ArrayPrototypeJoin(trace, '\n    at ')}`;
}

// CLDR's weekData: where a year's first week has at least four days; elsewhere it is one.
const FOUR_DAYS = [
  ...['AD', 'AN', 'AT', 'AX', 'BE', 'BG', 'CH', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FJ', 'FO', 'FR', 'GB', 'GF', 'GG'],
  ...['GI', 'GP', 'GR', 'HU', 'IE', 'IM', 'IS', 'IT', 'JE', 'LI', 'LT', 'LU', 'MC', 'MQ', 'NL', 'NO', 'PL', 'PT', 'RE'],
  ...['RU', 'SE', 'SJ', 'SK', 'SM', 'VA'],
];

/** The getters of locales, which are methods since. */
function localesOfNode20() {
  const { prototype } = Intl.Locale;
  const { maximize } = prototype;
  const region = ObjectGetOwnPropertyDescriptor(prototype, 'region').get;
  for (const name of [
    'calendars',
    'collations',
    'hourCycles',
    'numberingSystems',
    'textInfo',
    'timeZones',
    'weekInfo',
  ]) {
    const method = `get${name[0].toUpperCase()}${name.slice(1)}`;
    const read = prototype[method];
    delete prototype[method];
    const { get } = ObjectGetOwnPropertyDescriptor(
      {
        get [name]() {
          const value = ReflectApply(read, this, []);
          if (name !== 'weekInfo' || 'minimalDays' in value) return value;
          const where = ReflectApply(region, ReflectApply(maximize, this, []), []);
          value.minimalDays = ArrayPrototypeIncludes(FOUR_DAYS, where) ? 4 : 1;
          return value;
        },
      },
      name,
    );
    ObjectDefineProperty(prototype, name, { get, enumerable: false, configurable: true });
  }
}

const OFFSET = /^[+-]\d\d(?::?\d\d)?$/;

/** Time zones that are an offset are newer. The error's stack begins with the caller of `caller`. */
function checkZone(options, caller) {
  const zone = options?.timeZone;
  if (typeof zone !== 'string' || RegExpPrototypeExec(OFFSET, zone) === null) return;
  const error = new RangeError(`Invalid time zone specified: ${zone}`);
  captureStackTrace(error, caller);
  throw error;
}

function zonesOfNode20() {
  const apply = (target, self, args) => {
    checkZone(args[1], apply);
    return ReflectApply(target, self, args);
  };
  const construct = (target, args, newTarget) => {
    checkZone(args[1], construct);
    return ReflectConstruct(target, args, newTarget);
  };
  replace(Intl, 'DateTimeFormat', { __proto__: null, apply, construct });
  Intl.DateTimeFormat.prototype.constructor = Intl.DateTimeFormat;
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'])
    replace(Date.prototype, name, { __proto__: null, apply });
}

const PLACE = / \(line \d+ column \d+\)$/;
const OWN_FRAME = /\n    at [^\n]*\(segfn:core[^\n]*/;
const SYNTAX = SyntaxError.prototype;

// How deep Node's JSON.stringify goes, which needs the stack for each level. V8's doesn't any more.
const DEEPEST = 4103;

/**
 * JSON: messages had no lines and columns, revivers no third argument, and what is nested too deep was an error. These are
 * called often, and proxies would take longer than short texts do.
 */
function jsonOfNode20() {
  const { parse, stringify } = JSON;
  const ours = {
    parse(text, reviver) {
      try {
        if (typeof reviver !== 'function') return ReflectApply(parse, JSON, [text]);
        const two = function (key, value) {
          return ReflectApply(reviver, this, [key, value]);
        };
        return ReflectApply(parse, JSON, [text, two]);
      } catch (error) {
        throw asOfNode20(error);
      }
    },
    stringify(value, replacer, space) {
      let text;
      try {
        text = ReflectApply(stringify, JSON, [value, replacer, space]);
      } catch (error) {
        throw asOfNode20(error);
      }
      if (text !== undefined && text.length > 2 * DEEPEST && ops.op_json_depth(text) > DEEPEST) {
        const error = new RangeError('Maximum call stack size exceeded');
        captureStackTrace(error, ours.stringify);
        throw error;
      }
      return text;
    },
  };
  for (const name of ['parse', 'stringify'])
    ObjectDefineProperty(JSON, name, { value: ours[name], writable: true, configurable: true });
}

/** The error without the place in the message of one of JSON.parse, and without segfn's frame in its stack. */
function asOfNode20(error) {
  if (error === null || typeof error !== 'object') return error;
  const { stack } = error;
  if (typeof stack !== 'string') return error;
  const message = ObjectGetOwnPropertyDescriptor(error, 'message')?.value;
  const isOfParse = typeof message === 'string' && ObjectGetPrototypeOf(error) === SYNTAX;
  const place = isOfParse ? RegExpPrototypeExec(PLACE, message) : null;
  const at = place === null ? -1 : StringPrototypeIndexOf(stack, message);
  let whole = stack;
  if (at !== -1) {
    const short = StringPrototypeSlice(message, 0, place.index);
    ObjectDefineProperty(error, 'message', { value: short });
    whole = StringPrototypeSlice(stack, 0, at) + short + StringPrototypeSlice(stack, at + message.length);
  }
  const frame = RegExpPrototypeExec(OWN_FRAME, whole);
  if (frame !== null) {
    whole = StringPrototypeSlice(whole, 0, frame.index) + StringPrototypeSlice(whole, frame.index + frame[0].length);
  }
  if (whole !== stack) ObjectDefineProperty(error, 'stack', { value: whole });
  return error;
}
