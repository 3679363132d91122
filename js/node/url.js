'use strict';

// Node's url module: the legacy parser from npm, and the global WHATWG classes.

const legacy = require('url/');
const { invalidArgType, nodeError } = require('../internal/node-error.js');

const { URL, URLSearchParams } = globalThis;

/** The legacy parser, with Node's check of its argument and Node's error. */
function parse(url, parseQuery, slashesDenoteHost) {
  if (url instanceof legacy.Url) return url;
  if (typeof url !== 'string') throw invalidArgType('url', 'of type string', url);
  return legacy.parse(url, parseQuery, slashesDenoteHost);
}

function format(value, options) {
  if (value instanceof URL) return formatURL(value, options);
  if (typeof value === 'string') value = parse(value);
  else if (typeof value !== 'object' || value === null)
    throw invalidArgType('urlObject', 'one of type object or string', value);
  const text = legacy.format(value);
  // npm's url puts slashes before a host that has no protocol.
  return !value.slashes && !value.protocol && text.startsWith('//') && (value.host || value.hostname)
    ? text.slice(2)
    : text;
}

function formatURL(url, { fragment = true, unicode = false, search = true, auth = true } = {}) {
  const copy = new URL(url);
  if (!fragment) copy.hash = '';
  if (!search) copy.search = '';
  if (!auth) copy.username = copy.password = '';
  return unicode ? copy.href.replace(copy.hostname, domainToUnicode(copy.hostname)) : copy.href;
}

function domainToASCII(domain) {
  try {
    return new URL(`ws://${domain}`).hostname;
  } catch {
    return '';
  }
}

function domainToUnicode(domain) {
  return require('node:punycode').toUnicode(domainToASCII(domain));
}

function fileURLToPath(file) {
  const url = typeof file === 'string' ? new URL(file) : file;
  if (!(url instanceof URL)) throw invalidArgType('path', 'of type string or an instance of URL', file);
  if (url.protocol !== 'file:') throw nodeError(TypeError, 'ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file');
  if (url.hostname !== '')
    throw nodeError(TypeError, 'ERR_INVALID_FILE_URL_HOST', 'File URL host must be "localhost" or empty on linux');
  if (/%2f/i.test(url.pathname)) {
    throw nodeError(TypeError, 'ERR_INVALID_FILE_URL_PATH', 'File URL path must not include encoded / characters');
  }
  return decodeURIComponent(url.pathname);
}

function pathToFileURL(path) {
  const resolved = require('node:path').resolve(path) + (path.endsWith('/') && path !== '/' ? '/' : '');
  const url = new URL('file:///');
  url.pathname = resolved.replace(/[%\\\n\r\t]/g, encodeURIComponent);
  return url;
}

/** The options of http.request for a URL. */
function urlToHttpOptions(url) {
  const { protocol, hostname, hash, search, pathname, href, port, username, password } = url;
  return {
    __proto__: null,
    ...url,
    protocol,
    hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    hash,
    search,
    pathname,
    path: `${pathname || ''}${search || ''}`,
    href,
    ...(port === '' ? {} : { port: Number(port) }),
    ...(username || password ? { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` } : {}),
  };
}

module.exports = {
  Url: legacy.Url,
  parse,
  resolve: (from, to) => parse(from, false, true).resolve(to),
  resolveObject: (from, to) => (from ? parse(from, false, true).resolveObject(to) : to),
  format,
  URL,
  URLSearchParams,
  domainToASCII,
  domainToUnicode,
  pathToFileURL,
  fileURLToPath,
  urlToHttpOptions,
};
