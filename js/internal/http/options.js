'use strict';

// A request's options, checked and read as Node does.

const { Buffer } = require('node:buffer');
const { urlToHttpOptions } = require('node:url');
const { invalidArgType, nodeError, received } = require('../node-error.js');
const { invalidToken, isToken } = require('./headers.js');

const { URL } = globalThis;

/** The arguments of `request` as [options, callback]. The options are a copy. */
function readOptions(input, options, callback) {
  let base = {};
  if (typeof input === 'string') base = urlToHttpOptions(parse(input));
  else if (input instanceof URL) base = urlToHttpOptions(input);
  else [options, callback] = [input, options];
  if (typeof options === 'function') [options, callback] = [undefined, options];
  return [Object.assign(base, options), callback];
}

function parse(text) {
  try {
    return new URL(text);
  } catch {
    const error = nodeError(TypeError, 'ERR_INVALID_URL', 'Invalid URL', parse);
    error.input = text;
    throw error;
  }
}

function checkHost(options, name) {
  const host = options[name];
  if (host == null || typeof host === 'string') return host;
  throw invalidArgType(`options.${name}`, 'of type string or one of undefined or null', host);
}

function checkMethod(method) {
  if (method != null && typeof method !== 'string') throw invalidArgType('options.method', 'of type string', method);
  if (!method) return 'GET';
  if (!isToken(method)) throw invalidToken('Method', method);
  return method.toUpperCase();
}

function checkPort(port) {
  const number = typeof port === 'number' || (typeof port === 'string' && port.trim() !== '') ? Number(port) : NaN;
  if (number === number >>> 0 && number <= 0xffff) return number;
  const text = `options.port should be >= 0 and < 65536.${received(port)}.`;
  throw nodeError(RangeError, 'ERR_SOCKET_BAD_PORT', text, checkPort);
}

/** The part of a URL before its path. */
function originOf(protocol, host, port) {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const usual = protocol === 'https:' ? 443 : 80;
  return checkPort(port) === usual ? `${protocol}//${bracketed}` : `${protocol}//${bracketed}:${port}`;
}

/** What Rust needs of https options, or undefined if all is as usual. */
function tlsOf({ rejectUnauthorized, ca, cert, key, servername, pfx, passphrase }) {
  if (pfx !== undefined || passphrase !== undefined) {
    throw new Error("segfn's https takes certificates and keys as PEM: the options pfx and passphrase can't be used");
  }
  const insecure = rejectUnauthorized === false;
  if (!insecure && !ca && !cert && !key && servername == null) return undefined;
  return { insecure, ca: pem(ca), cert: pem(cert), key: pem(key), servername: servername ?? undefined };
}

function pem(value) {
  if (!value) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return Buffer.concat(list.flatMap((each) => [Buffer.from(each?.pem ?? each), Buffer.from('\n')]));
}

module.exports = { checkHost, checkMethod, originOf, readOptions, tlsOf };
