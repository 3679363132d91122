'use strict';

// The class URL, over ada (src/host/url.rs). Its setters and getters are in Node's order, which people see.

const { inspect } = require('segfn:inspect');
const { invalidArgType, nativeError, nodeError } = require('../node-error.js');
const { URLSearchParams, place } = require('./search-params.js');

const { ops } = host;

// Where the parts of a URL are in its text, as ada tells it.
const components = new Uint32Array(9);
const ABSENT = 2 ** 32 - 1;
const [HTTP, NOT_SPECIAL, HTTPS, FILE] = [0, 1, 2, 6];

const kContext = Symbol('context');

/** What ada knows of a URL. console.log shows it where hidden properties are asked for. */
class URLContext {
  href = '';
  protocol_end = 0;
  username_end = 0;
  host_start = 0;
  host_end = 0;
  pathname_start = 0;
  search_start = 0;
  hash_start = 0;
  port = 0;
  scheme_type = NOT_SPECIAL;

  get hasPort() {
    return this.port !== ABSENT;
  }

  get hasSearch() {
    return this.search_start !== ABSENT;
  }

  get hasHash() {
    return this.hash_start !== ABSENT;
  }
}

function missing(caller) {
  return nodeError(TypeError, 'ERR_MISSING_ARGS', 'The "url" argument must be specified', caller);
}

function parse(input, base) {
  return ops.op_ada_parse(input, base ?? null, components);
}

// What `parse` gives the constructor instead of arguments: it has been parsed already.
let ready;

class URL {
  #context = new URLContext();
  #searchParams;
  #searchParamsModified = false;

  constructor(input, base = undefined) {
    if (arguments.length === 0) throw missing(URL);
    if (ready !== undefined && input === ready) {
      ready = undefined;
      this.#take(input.href);
      return;
    }
    input = `${input}`;
    if (base !== undefined) base = `${base}`;
    const href = parse(input, base);
    if (href === null) {
      const error = nativeError(TypeError, 'ERR_INVALID_URL', 'Invalid URL');
      error.input = input;
      if (base !== undefined) error.base = base;
      throw error;
    }
    this.#take(href);
  }

  static parse(input, base = undefined) {
    if (arguments.length === 0) throw missing(URL.parse);
    const href = parse(`${input}`, base === undefined ? undefined : `${base}`);
    if (href === null) return null;
    ready = { __proto__: null, href };
    return new URL(ready);
  }

  static canParse(url, base = undefined) {
    if (arguments.length === 0) throw missing(URL.canParse);
    url = `${url}`;
    return ops.op_ada_can_parse(url, base === undefined ? null : `${base}`);
  }

  toString() {
    this.#ensureSearchParamsUpdated();
    return this.#context.href;
  }

  get href() {
    this.#ensureSearchParamsUpdated();
    return this.#context.href;
  }

  set href(value) {
    value = `${value}`;
    const href = ops.op_ada_update(this.#context.href, 'href', value, components);
    if (href === null) {
      throw Object.assign(nodeError(TypeError, 'ERR_INVALID_URL', 'Invalid URL'), { input: value });
    }
    this.#take(href, true);
  }

  get origin() {
    const { href, protocol_end, scheme_type } = this.#context;
    const protocol = href.slice(0, protocol_end);
    if (scheme_type !== NOT_SPECIAL) return scheme_type === FILE ? 'null' : `${protocol}//${this.host}`;
    if (protocol !== 'blob:') return 'null';
    const inner = parse(this.pathname);
    const scheme = components[8];
    if (inner === null || (scheme !== HTTP && scheme !== HTTPS)) return 'null';
    return new URL(inner).origin;
  }

  get protocol() {
    return this.#context.href.slice(0, this.#context.protocol_end);
  }

  set protocol(value) {
    this.#update('protocol', `${value}`);
  }

  get username() {
    const { href, protocol_end, username_end } = this.#context;
    return protocol_end + 2 < username_end ? href.slice(protocol_end + 2, username_end) : '';
  }

  set username(value) {
    this.#update('username', `${value}`);
  }

  get password() {
    const { href, username_end, host_start } = this.#context;
    return host_start > username_end ? href.slice(username_end + 1, host_start) : '';
  }

  set password(value) {
    this.#update('password', `${value}`);
  }

  get host() {
    const { href, host_end, pathname_start } = this.#context;
    const start = this.#hostStart();
    // Where the host is empty, a `/.` may stand between it and the path.
    return start === host_end ? '' : href.slice(start, pathname_start);
  }

  set host(value) {
    this.#update('host', `${value}`);
  }

  get hostname() {
    return this.#context.href.slice(this.#hostStart(), this.#context.host_end);
  }

  set hostname(value) {
    this.#update('hostname', `${value}`);
  }

  get port() {
    return this.#context.hasPort ? `${this.#context.port}` : '';
  }

  set port(value) {
    this.#update('port', `${value}`);
  }

  get pathname() {
    const context = this.#context;
    const end = context.hasSearch ? context.search_start : context.hasHash ? context.hash_start : undefined;
    return context.href.slice(context.pathname_start, end);
  }

  set pathname(value) {
    this.#update('pathname', `${value}`);
  }

  get search() {
    this.#ensureSearchParamsUpdated();
    return this.#query();
  }

  set search(value) {
    const href = ops.op_ada_update(this.#context.href, 'search', `${value}`.toWellFormed(), components);
    if (href !== null) this.#take(href, true);
  }

  get searchParams() {
    if (this.#searchParams === undefined) {
      this.#searchParams = new URLSearchParams();
      this.#fill();
    }
    return this.#searchParams;
  }

  get hash() {
    const { href, hash_start, hasHash } = this.#context;
    return hasHash && href.length - hash_start > 1 ? href.slice(hash_start) : '';
  }

  set hash(value) {
    this.#update('hash', `${value}`);
  }

  toJSON() {
    this.#ensureSearchParamsUpdated();
    return this.#context.href;
  }

  [inspect.custom](depth, options) {
    if (typeof depth === 'number' && depth < 0) return this;
    const constructor = constructorOf(this) ?? URL;
    const shown = { __proto__: { constructor } };
    for (const name of SHOWN) shown[name] = this[name];
    if (options.showHidden) shown[kContext] = this.#context;
    return `${constructor.name} ${inspect(shown, options)}`;
  }

  #hostStart() {
    const { href, host_start } = this.#context;
    return href[host_start] === '@' ? host_start + 1 : host_start;
  }

  #query() {
    const context = this.#context;
    if (!context.hasSearch) return '';
    const end = context.hasHash ? context.hash_start : context.href.length;
    return end - context.search_start <= 1 ? '' : context.href.slice(context.search_start, end);
  }

  #update(part, value) {
    const href = ops.op_ada_update(this.#context.href, part, value, components);
    if (href !== null) this.#take(href);
  }

  /** Takes over the text that ada gave, and what `components` say of it. */
  #take(href, mayChangeQuery = false) {
    const context = this.#context;
    const before = mayChangeQuery && this.#searchParams !== undefined ? this.#queryOfParams() : '';
    context.href = href;
    context.protocol_end = components[0];
    context.username_end = components[1];
    context.host_start = components[2];
    context.host_end = components[3];
    context.port = components[4];
    context.pathname_start = components[5];
    context.search_start = components[6];
    context.hash_start = components[7];
    context.scheme_type = components[8];
    if (this.#searchParams === undefined) return;
    if (mayChangeQuery && before !== this.#query()) this.#fill();
    this.#ensureSearchParamsUpdated();
  }

  #queryOfParams() {
    if (!this.#searchParamsModified) return this.#query();
    return this.#searchParams.size > 0 ? `?${this.#searchParams}` : '';
  }

  /** Fills the parameters from the query. Their changes come back when the URL is next read or written. */
  #fill() {
    this.#searchParamsModified = false;
    place(this.#searchParams, this.#query(), () => {
      this.#searchParamsModified = true;
      // Until then there is no query, so that the two don't differ.
      if (this.#context.hasSearch) {
        const href = ops.op_ada_update(this.#context.href, 'search', '', components);
        if (href !== null) this.#takeOnly(href);
      }
    });
  }

  #takeOnly(href) {
    const params = this.#searchParams;
    this.#searchParams = undefined;
    this.#take(href);
    this.#searchParams = params;
  }

  #ensureSearchParamsUpdated() {
    if (!this.#searchParamsModified) return;
    const query = this.#queryOfParams();
    this.#searchParamsModified = false;
    this.#update('search', query);
  }
}

const SHOWN = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'searchParams',
  'hash',
];

/** The constructor that `value` or its nearest prototype has as its own. */
function constructorOf(value) {
  for (let at = value; at !== null; at = Object.getPrototypeOf(at)) {
    const constructor = Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
    if (typeof constructor === 'function' && constructor.name !== '') return constructor;
  }
  return undefined;
}

Object.defineProperty(URL.prototype, Symbol.toStringTag, { value: 'URL', configurable: true });
for (const name of ['toString', ...SHOWN, 'toJSON']) Object.defineProperty(URL.prototype, name, { enumerable: true });
for (const name of ['canParse', 'parse']) Object.defineProperty(URL, name, { enumerable: true });

Object.assign(URL, {
  // What Node's `resolveObjectURL` finds, which functions can't reach: so nothing is kept.
  createObjectURL(blob) {
    if (typeof Blob === 'undefined' || !(blob instanceof Blob))
      throw invalidArgType('obj', 'an instance of Blob', blob);
    return `blob:nodedata:${require('node:crypto').randomUUID()}`;
  },
  revokeObjectURL(_url) {
    if (arguments.length === 0) throw missing(URL.revokeObjectURL);
  },
});

module.exports = { URL };
