'use strict';

const { inspect } = require('segfn:inspect');
const { nodeError, validateFunction } = require('../node-error.js');
const { unescapeBuffer } = require('./percent.js');

const wellFormed = (value) => `${value}`.toWellFormed();

function decoded(text) {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Not UTF-8: what is wrong becomes U+FFFD.
    return unescapeBuffer(spaced).toString();
  }
}

/** Names and values in turn, of a query with or without its question mark. */
function parsed(query) {
  const list = [];
  for (const pair of (query[0] === '?' ? query.slice(1) : query).split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    if (at === -1) list.push(decoded(pair), '');
    else list.push(decoded(pair.slice(0, at)), decoded(pair.slice(at + 1)));
  }
  return list;
}

const HEX = { '!': '%21', "'": '%27', '(': '%28', ')': '%29', '~': '%7E', '%20': '+' };
const encoded = (text) => encodeURIComponent(text).replace(/[!'()~]|%20/g, (found) => HEX[found]);

const isTuple = (pair) => pair != null && (typeof pair === 'object' || typeof pair === 'function');

function invalidTuple() {
  return nodeError(
    TypeError,
    'ERR_INVALID_TUPLE',
    'Each query pair must be an iterable [name, value] tuple',
    invalidTuple,
  );
}

/** What the constructor is given, as names and values in turn. */
function listOf(init) {
  if (init == null) return [];
  if (typeof init !== 'object' && typeof init !== 'function') return parsed(wellFormed(init));
  const method = init[Symbol.iterator];
  if (method == null) return ofRecord(init);
  if (typeof method !== 'function')
    throw nodeError(TypeError, 'ERR_ARG_NOT_ITERABLE', 'Query pairs must be iterable', listOf);
  const list = [];
  for (const pair of init) {
    if (!isTuple(pair) || typeof pair[Symbol.iterator] !== 'function') throw invalidTuple();
    const parts = [];
    for (const part of pair) parts.push(wellFormed(part));
    if (parts.length !== 2) throw invalidTuple();
    list.push(parts[0], parts[1]);
  }
  return list;
}

function ofRecord(record) {
  const pairs = new Map();
  for (const key of Reflect.ownKeys(record)) {
    if (!Reflect.getOwnPropertyDescriptor(record, key)?.enumerable) continue;
    // Symbols have no text: the conversion throws.
    pairs.set(typeof key === 'symbol' ? `${key}` : wellFormed(key), wellFormed(record[key]));
  }
  return [...pairs].flat();
}

let listIn;
let isIterator;
let place;

class URLSearchParams {
  #list;
  // Called after each change, where this belongs to a URL.
  #changed;

  constructor(init = undefined) {
    this.#list =
      init !== null && typeof init === 'object' && #list in init && init[Symbol.iterator] === entries
        ? [...init.#list]
        : listOf(init);
  }

  static {
    listIn = (value) => (value !== null && typeof value === 'object' && #list in value ? value.#list : undefined);
    place = (params, query, changed) => {
      params.#list = parsed(query);
      params.#changed = changed;
    };
  }

  get size() {
    return own(this).length / 2;
  }

  append(name, value) {
    const list = own(this);
    needs(arguments, 'name', 'value');
    list.push(wellFormed(name), wellFormed(value));
    this.#changed?.();
  }

  delete(name, value = undefined) {
    own(this);
    needs(arguments, 'name');
    const [unwanted, only] = [wellFormed(name), value === undefined ? undefined : wellFormed(value)];
    this.#keep((key, one) => key !== unwanted || (only !== undefined && one !== only));
  }

  get(name) {
    const list = own(this);
    needs(arguments, 'name');
    const wanted = wellFormed(name);
    for (let i = 0; i < list.length; i += 2) if (list[i] === wanted) return list[i + 1];
    return null;
  }

  getAll(name) {
    const list = own(this);
    needs(arguments, 'name');
    const wanted = wellFormed(name);
    return list.filter((_, i) => i % 2 === 1 && list[i - 1] === wanted);
  }

  has(name, value = undefined) {
    const list = own(this);
    needs(arguments, 'name');
    const [wanted, only] = [wellFormed(name), value === undefined ? undefined : wellFormed(value)];
    return list.some((key, i) => i % 2 === 0 && key === wanted && (only === undefined || list[i + 1] === only));
  }

  set(name, value) {
    own(this);
    needs(arguments, 'name', 'value');
    const [wanted, only] = [wellFormed(name), wellFormed(value)];
    let found = false;
    const list = this.#list;
    for (let i = 0; i < list.length && !found; i += 2) {
      if (list[i] !== wanted) continue;
      list[i + 1] = only;
      found = true;
    }
    if (!found) list.push(wanted, only);
    // The first stays.
    let first = true;
    this.#keep((key) => {
      if (key !== wanted) return true;
      const keep = first;
      first = false;
      return keep;
    });
  }

  sort() {
    const list = own(this);
    const pairs = [];
    for (let i = 0; i < list.length; i += 2) pairs.push([list[i], list[i + 1]]);
    // By the UTF-16 of the names, which is how JavaScript compares them.
    pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    this.#list = pairs.flat();
    this.#changed?.();
  }

  entries() {
    own(this);
    return new URLSearchParamsIterator(this, 'key+value');
  }

  forEach(callback, thisArg = undefined) {
    own(this);
    validateFunction(callback, 'callback');
    for (let i = 0; i < this.#list.length; i += 2)
      Reflect.apply(callback, thisArg, [this.#list[i + 1], this.#list[i], this]);
  }

  keys() {
    own(this);
    return new URLSearchParamsIterator(this, 'key');
  }

  values() {
    own(this);
    return new URLSearchParamsIterator(this, 'value');
  }

  toString() {
    const list = own(this);
    let text = '';
    for (let i = 0; i < list.length; i += 2) text += `${i === 0 ? '' : '&'}${encoded(list[i])}=${encoded(list[i + 1])}`;
    return text;
  }

  #keep(wanted) {
    const kept = [];
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) if (wanted(list[i], list[i + 1])) kept.push(list[i], list[i + 1]);
    this.#list = kept;
    this.#changed?.();
  }

  [inspect.custom](depth, options) {
    const list = own(this);
    if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special');
    const inner = { ...options, ...(depth === null ? {} : { depth: depth - 1 }) };
    const pairs = [];
    for (let i = 0; i < list.length; i += 2) pairs.push(`${inspect(list[i], inner)} => ${inspect(list[i + 1], inner)}`);
    const { name } = this.constructor;
    if (pairs.length === 0) return `${name} {}`;
    const line = pairs.join(', ');
    const width = line.replace(/\u001b\[\d\d?m/g, '').length;
    return width > options.breakLength ? `${name} {\n  ${pairs.join(',\n  ')} }` : `${name} { ${line} }`;
  }
}

const { entries } = URLSearchParams.prototype;

function own(params) {
  const list = listIn(params);
  if (list === undefined)
    throw nodeError(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type URLSearchParams', own);
  return list;
}

/** Throws Node's error unless there are as many arguments as names. */
function needs(given, ...names) {
  if (given.length >= names.length) return;
  const list = names.map((name) => `"${name}"`).join(' and ');
  const what = names.length === 1 ? `${list} argument` : `${list} arguments`;
  throw nodeError(TypeError, 'ERR_MISSING_ARGS', `The ${what} must be specified`, needs);
}

class URLSearchParamsIterator {
  #params;
  #kind;
  #at = 0;

  constructor(params, kind) {
    this.#params = params;
    this.#kind = kind;
  }

  static {
    isIterator = (value) => value !== null && typeof value === 'object' && #params in value;
  }

  next() {
    checkIterator(this);
    const list = listIn(this.#params);
    if (this.#at >= list.length) return { value: undefined, done: true };
    const value = this.#item(list, this.#at);
    this.#at += 2;
    return { value, done: false };
  }

  #item(list, at) {
    if (this.#kind === 'key') return list[at];
    return this.#kind === 'value' ? list[at + 1] : [list[at], list[at + 1]];
  }

  [inspect.custom](depth, options) {
    checkIterator(this);
    if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special');
    const inner = { ...options, ...(depth === null ? {} : { depth: depth - 1 }) };
    const list = listIn(this.#params);
    const items = [];
    for (let at = this.#at; at < list.length; at += 2) items.push(this.#item(list, at));
    const shown = items.map((item) => inspect(item, inner));
    const text = inspect(items, inner).includes('\n') ? `\n  ${shown.join(',\n  ')}` : ` ${shown.join(', ')}`;
    return `${this[Symbol.toStringTag]} {${text} }`;
  }
}

function checkIterator(value) {
  if (!isIterator(value))
    throw nodeError(
      TypeError,
      'ERR_INVALID_THIS',
      'Value of "this" must be of type URLSearchParamsIterator',
      checkIterator,
    );
}

delete URLSearchParamsIterator.prototype.constructor;
Object.setPrototypeOf(
  URLSearchParamsIterator.prototype,
  Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())),
);
Object.defineProperties(URLSearchParamsIterator.prototype, {
  [Symbol.toStringTag]: { value: 'URLSearchParams Iterator', configurable: true },
  next: { enumerable: true },
});

for (const name of [
  'append',
  'delete',
  'get',
  'getAll',
  'has',
  'set',
  'size',
  'sort',
  'entries',
  'forEach',
  'keys',
  'values',
  'toString',
]) {
  Object.defineProperty(URLSearchParams.prototype, name, { enumerable: true });
}
Object.defineProperties(URLSearchParams.prototype, {
  [Symbol.toStringTag]: { value: 'URLSearchParams', configurable: true },
  [Symbol.iterator]: { value: entries, writable: true, configurable: true },
});

module.exports = {
  URLSearchParams,
  /** Fills `params` from the query of the URL that it belongs to, which is called after each change. */
  place: (params, query, changed) => place(params, query, changed),
};
