'use strict';

// Everything that the language itself gives a program: each property of each object that can be reached, as
// `path: attributes what`. tests/it/language.rs runs it in segfn, and has what it gives in Node 20 (node20.txt).

/** What no global name leads to. */
const HIDDEN = {
  '%AsyncFunction%': () => (async () => {}).constructor,
  '%GeneratorFunction%': () => function* () {}.constructor,
  '%AsyncGeneratorFunction%': () => async function* () {}.constructor,
  '%TypedArray%': () => Object.getPrototypeOf(Uint8Array),
  '%IteratorPrototype%': () => Object.getPrototypeOf(Object.getPrototypeOf([].values())),
  '%ArrayIterator%': () => Object.getPrototypeOf([].values()),
  '%MapIterator%': () => Object.getPrototypeOf(new Map().values()),
  '%SetIterator%': () => Object.getPrototypeOf(new Set().values()),
  '%StringIterator%': () => Object.getPrototypeOf(''[Symbol.iterator]()),
  '%RegExpStringIterator%': () => Object.getPrototypeOf('a'.matchAll(/a/g)),
  '%Segments%': () => Object.getPrototypeOf(new Intl.Segmenter('en').segment('a')),
  '%SegmentIterator%': () => Object.getPrototypeOf(new Intl.Segmenter('en').segment('a')[Symbol.iterator]()),
  '%CallSite%': () => {
    const { prepareStackTrace } = Error;
    let site;
    Error.prepareStackTrace = (_, sites) => {
      [site] = sites;
      return '';
    };
    void new Error().stack;
    if (prepareStackTrace === undefined) delete Error.prepareStackTrace;
    else Error.prepareStackTrace = prepareStackTrace;
    return Object.getPrototypeOf(site);
  },
};

/** Where machines and times differ. */
const CHANGING = /^(Error\.stackTraceLimit)$/;

exports.walk = (names) => {
  const lines = [];
  const seen = new Map();
  const queue = [];

  const shown = (value, path) => {
    if (typeof value === 'function' || (typeof value === 'object' && value !== null)) {
      if (!seen.has(value)) {
        seen.set(value, path);
        queue.push([value, path]);
        return typeof value === 'function' ? 'function' : Object.prototype.toString.call(value);
      }
      return `is ${seen.get(value)}`;
    }
    if (typeof value === 'symbol') return String(value);
    return CHANGING.test(path) ? typeof value : `${typeof value} ${String(value)}`;
  };

  const property = (path, { value, get, set, writable, enumerable, configurable }) => {
    const attributes = `${writable ? 'w' : '-'}${enumerable ? 'e' : '-'}${configurable ? 'c' : '-'}`;
    const accessors = [get && `get ${shown(get, `${path}:get`)}`, set && `set ${shown(set, `${path}:set`)}`];
    const what = get || set ? accessors.filter(Boolean).join(', ') : shown(value, path);
    lines.push(`${path}: ${attributes} ${what}`);
  };

  for (const name of names) {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
    if (descriptor === undefined) lines.push(`${name}: absent`);
    else property(name, descriptor);
  }
  for (const [name, find] of Object.entries(HIDDEN)) {
    let value;
    try {
      value = find();
    } catch (error) {
      value = error.name;
    }
    lines.push(`${name}: ${shown(value, name)}`);
  }
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [object, path] = next;
    const prototype = Object.getPrototypeOf(object);
    // (That of most is known by then.)
    if (prototype !== Function.prototype)
      lines.push(`${path}.__proto__: ${prototype === null ? 'null' : shown(prototype, `${path}.__proto__`)}`);
    for (const key of Reflect.ownKeys(object)) {
      if (object === globalThis) continue;
      const name = typeof key === 'symbol' ? `[${key.description}]` : key;
      property(`${path}.${name}`, Object.getOwnPropertyDescriptor(object, key));
    }
  }
  return lines.sort();
};
