'use strict';

// Node's first parser of URLs (url.parse, url.format, url.resolve). It stands on no standard: code depends on what it
// does with each odd text.

const querystring = require('node:querystring');
const { toASCII } = require('segfn:url');
const { invalidArgType, nodeError } = require('../node-error.js');
const { escape } = require('./percent.js');
const { resolveObject } = require('./resolve.js');
const { isHostless, isSlashed } = require('./protocols.js');

// What is trimmed at both ends.
const AROUND = /[\0- \u00a0\ufeff]/;
const PROTOCOL = /^[a-z0-9.+-]+:/i;
/** A path alone, perhaps with a query. */
const SIMPLE = /^(\/\/?(?!\/)[^?\s]*)(\?\S*)?$/;
const USER_AND_HOST = /^\/\/[^@/]+@[^@/]+/;
/** What ends a host, where no other part may follow. */
const NOT_IN_HOST = /[ "%';<>\\^`{|}]/;
const NOT_IN_NAME = /[/\\#?:]/;
const ESCAPED = /[\t\n\r "'<>\\^`{|}]/g;
const MAX_HOST = 255;
// What only IDNA can have brought into a host, which would then mean something else.
const FORBIDDEN = /[\0\t\n\r #%/:<>?@[\\\]^|]/;
const FORBIDDEN_IN_IPV6 = /[\0\t\n\r #%/<>?@\\^|]/;

function Url() {
  this.protocol = null;
  this.slashes = null;
  this.auth = null;
  this.host = null;
  this.port = null;
  this.hostname = null;
  this.hash = null;
  this.search = null;
  this.query = null;
  this.pathname = null;
  this.path = null;
  this.href = null;
}

const isIpv6 = (host) => host[0] === '[' && host.at(-1) === ']';

function invalid(input) {
  return Object.assign(nodeError(TypeError, 'ERR_INVALID_URL', 'Invalid URL', invalid), { input });
}

/** `text` as browsers read it: backslashes before a query are slashes. */
function cleaned(text) {
  let [start, end] = [0, text.length];
  while (start < end && AROUND.test(text[start])) start += 1;
  while (start < end && AROUND.test(text[end - 1])) end -= 1;
  const trimmed = text.slice(start, end);
  const query = trimmed.search(/[#?]/);
  if (query === -1) return trimmed.replaceAll('\\', '/');
  return trimmed.slice(0, query).replaceAll('\\', '/') + trimmed.slice(query);
}

function withQuery(url, search, parseQuery) {
  url.search = search;
  url.query = parseQuery ? querystring.parse(search.slice(1)) : search.slice(1);
}

function withoutQuery(url) {
  url.search = null;
  url.query = { __proto__: null };
}

Url.prototype.parse = function parse(text, parseQuery, slashesDenoteHost) {
  if (typeof text !== 'string') throw invalidArgType('url', 'of type string', text);
  let rest = cleaned(text);
  const query = rest.search(/[#?]/);
  const hasAt = (query === -1 ? rest : rest.slice(0, query)).includes('@');
  if (!slashesDenoteHost && !hasAt && !rest.includes('#')) {
    const simple = SIMPLE.exec(rest);
    if (simple !== null) {
      this.path = this.href = rest;
      this.pathname = simple[1];
      if (simple[2]) withQuery(this, simple[2], parseQuery);
      else if (parseQuery) withoutQuery(this);
      return this;
    }
  }

  const protocol = PROTOCOL.exec(rest)?.[0];
  const lower = protocol?.toLowerCase();
  if (protocol !== undefined) {
    this.protocol = lower;
    rest = rest.slice(protocol.length);
  }
  let slashes = false;
  if (slashesDenoteHost || protocol !== undefined || USER_AND_HOST.test(rest)) {
    slashes = rest.startsWith('//');
    if (slashes && !isHostless(lower)) {
      rest = rest.slice(2);
      this.slashes = true;
    }
  }
  // (A protocol in capital letters isn't known here.)
  if (!isHostless(lower) && (slashes || (protocol !== undefined && !isSlashed(protocol)))) {
    rest = takeHost(this, rest, text);
  }
  if (!isHostless(lower)) rest = rest.replace(ESCAPED, (found) => percentOf(found));

  const hash = rest.indexOf('#');
  if (hash !== -1) this.hash = rest.slice(hash);
  const beforeHash = hash === -1 ? rest : rest.slice(0, hash);
  const mark = beforeHash.indexOf('?');
  if (mark !== -1) withQuery(this, beforeHash.slice(mark), parseQuery);
  else if (parseQuery) withoutQuery(this);
  const path = mark === -1 ? beforeHash : beforeHash.slice(0, mark);
  if (path !== '') this.pathname = path;
  if (isSlashed(lower) && this.hostname && !this.pathname) this.pathname = '/';
  if (this.pathname || this.search) this.path = (this.pathname || '') + (this.search || '');
  this.href = this.format();
  return this;
};

const percentOf = (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** Takes user and host from the beginning of `rest`, and gives what is left. */
function takeHost(url, rest, text) {
  const end = rest.search(/[#/?]/);
  const part = (end === -1 ? rest : rest.slice(0, end)).replace(/[\t\n\r]/g, '');
  rest = end === -1 ? '' : rest.slice(end);
  const at = part.lastIndexOf('@');
  if (at !== -1) url.auth = decodeURIComponent(part.slice(0, at));
  const named = part.slice(at + 1);
  const odd = named.search(NOT_IN_HOST);
  url.host = odd === -1 ? named : named.slice(0, odd);
  if (odd !== -1) rest = named.slice(odd) + rest;
  url.parseHost();
  if (typeof url.hostname !== 'string') url.hostname = '';

  const ipv6 = isIpv6(url.hostname);
  if (!ipv6) {
    const bad = url.hostname.search(NOT_IN_NAME);
    if (bad !== -1) {
      rest = `/${url.hostname.slice(bad)}${rest}`;
      url.hostname = url.hostname.slice(0, bad);
    }
  }
  url.hostname = url.hostname.length > MAX_HOST ? '' : url.hostname.toLowerCase();
  if (url.hostname !== '') {
    if (!ipv6) url.hostname = toASCII(url.hostname);
    if (url.hostname === '' || (ipv6 ? FORBIDDEN_IN_IPV6 : FORBIDDEN).test(url.hostname)) throw invalid(text);
  }
  url.host = url.hostname + (url.port ? `:${url.port}` : '');
  if (ipv6) {
    url.hostname = url.hostname.slice(1, -1);
    if (rest[0] !== '/') rest = `/${rest}`;
  }
  return rest;
}

Url.prototype.parseHost = function parseHost() {
  let { host } = this;
  const port = /:[0-9]*$/.exec(host)?.[0];
  if (port !== undefined) {
    if (port !== ':') this.port = port.slice(1);
    host = host.slice(0, host.length - port.length);
  }
  if (host) this.hostname = host;
};

Url.prototype.format = function format() {
  const auth = this.auth ? `${escape(this.auth).replaceAll('%3A', ':')}@` : '';
  let protocol = this.protocol || '';
  if (protocol && !protocol.endsWith(':')) protocol += ':';
  let host = '';
  if (this.host) host = auth + this.host;
  else if (this.hostname) {
    const { hostname } = this;
    host = auth + (hostname.includes(':') && !isIpv6(hostname) ? `[${hostname}]` : hostname);
    if (this.port) host += `:${this.port}`;
  }
  let path = (this.pathname || '').replaceAll('#', '%23').replaceAll('?', '%3F');
  if (this.slashes || isSlashed(protocol)) {
    if (this.slashes || host) {
      if (path && path[0] !== '/') path = `/${path}`;
      host = `//${host}`;
    } else if (protocol.startsWith('file')) host = '//';
  }
  const query = this.query !== null && typeof this.query === 'object' ? querystring.stringify(this.query) : '';
  let search = (this.search || (query && `?${query}`) || '').replaceAll('#', '%23');
  if (search && search[0] !== '?') search = `?${search}`;
  let hash = this.hash || '';
  if (hash && hash[0] !== '#') hash = `#${hash}`;
  return protocol + host + path + search + hash;
};

Url.prototype.resolve = function resolve(relative) {
  return this.resolveObject(parse(relative, false, true)).format();
};

Url.prototype.resolveObject = function (relative) {
  return resolveObject(
    Object.assign(new Url(), this),
    typeof relative === 'string' ? new Url().parse(relative, false, true) : relative,
  );
};

function parse(url, parseQuery, slashesDenoteHost) {
  return url instanceof Url ? url : new Url().parse(url, parseQuery, slashesDenoteHost);
}

module.exports = { Url, parse };
