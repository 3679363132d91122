'use strict';

// Node's url module: its first parser, and the web's classes.

const { domain, format: formatHref, ...web } = require('segfn:url');
// (Its classes keep their names only if this file has no variables of the same names.)
const legacy = require('../internal/url/legacy.js');
const { invalidArgType, nodeError, validateString } = require('../internal/node-error.js');

const CHOICES = ['fragment', 'unicode', 'search', 'auth'];

function format(value, options) {
  if (typeof value === 'string') return legacy.parse(value).format();
  if (typeof value !== 'object' || value === null)
    throw invalidArgType('urlObject', 'one of type object or string', value);
  if (!(value instanceof web.URL)) return Reflect.apply(legacy.Url.prototype.format, value, []);
  if (options && (typeof options !== 'object' || Array.isArray(options)))
    throw invalidArgType('options', 'of type object', options);
  const [fragment, unicode, search, auth] = CHOICES.map((name) => Boolean(options?.[name] ?? name !== 'unicode'));
  return formatHref(value.href, fragment, unicode, search, auth);
}

function missing(name) {
  return nodeError(TypeError, 'ERR_MISSING_ARGS', `The "${name}" argument must be specified`, missing);
}

function domainToASCII(name) {
  if (arguments.length === 0) throw missing('domain');
  return domain(`${name}`, false);
}

function domainToUnicode(name) {
  if (arguments.length === 0) throw missing('domain');
  return domain(`${name}`, true);
}

/** Whether it is like a URL of the web, from wherever, and not like one of the first parser. */
const isURL = (value) => Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);

function fileURLToPath(file) {
  const url = typeof file === 'string' ? new web.URL(file) : file;
  if (!isURL(url)) throw invalidArgType('path', 'of type string or an instance of URL', file);
  if (url.protocol !== 'file:') throw nodeError(TypeError, 'ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file');
  if (url.hostname !== '')
    throw nodeError(TypeError, 'ERR_INVALID_FILE_URL_HOST', 'File URL host must be "localhost" or empty on linux');
  if (/%2f/i.test(url.pathname)) {
    throw nodeError(TypeError, 'ERR_INVALID_FILE_URL_PATH', 'File URL path must not include encoded / characters');
  }
  return decodeURIComponent(url.pathname);
}

function pathToFileURL(path) {
  validateString(path, 'path');
  const resolved = require('node:path').resolve(path) + (path.endsWith('/') && path !== '/' ? '/' : '');
  const written = resolved.replace(
    /[%\t\n\r "#?[\\\]^|~]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return new web.URL(`file://${written}`);
}

/** The options of http.request for a URL. */
function urlToHttpOptions(url) {
  const { protocol, hostname, hash, search, pathname, href, port, username, password } = url;
  return {
    __proto__: null,
    ...url,
    protocol,
    hostname: hostname && hostname[0] === '[' ? hostname.slice(1, -1) : hostname,
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
  parse: legacy.parse,
  resolve: (from, to) => legacy.parse(from, false, true).resolve(to),
  resolveObject: (from, to) => (from ? legacy.parse(from, false, true).resolveObject(to) : to),
  format,
  URL: web.URL,
  URLSearchParams: web.URLSearchParams,
  domainToASCII,
  domainToUnicode,
  pathToFileURL,
  fileURLToPath,
  urlToHttpOptions,
};
