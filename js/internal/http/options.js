'use strict';

// A request's options, checked and read as Node does.

const { Buffer } = require('node:buffer');
const { urlToHttpOptions } = require('node:url');
const { invalidArgType, nodeError } = require('../node-error.js');
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

/** What Rust needs of https options, or undefined if all is as usual. */
function tlsOf(options) {
  const { rejectUnauthorized, ca, cert, key, servername, pfx, passphrase, checkServerIdentity, ciphers } = options;
  const { minVersion, maxVersion } = options;
  const insecure = rejectUnauthorized === false;
  const usual = !insecure && !ca && !cert && !key && !pfx && servername == null && ciphers == null;
  if (usual && minVersion == null && maxVersion == null && typeof checkServerIdentity !== 'function') return undefined;
  const archive = Array.isArray(pfx) ? pfx[0] : pfx;
  const secret = archive?.passphrase ?? [key].flat().find((each) => each?.passphrase)?.passphrase ?? passphrase;
  return {
    insecure,
    ca: pem(ca),
    cert: pem(cert),
    key: pem(key),
    pfx: archive ? Buffer.from(archive.buf ?? archive, typeof archive === 'string' ? 'latin1' : undefined) : undefined,
    passphrase: secret == null ? undefined : Buffer.from(secret),
    identityElsewhere: typeof checkServerIdentity === 'function',
    ciphers: ciphers ?? undefined,
    minVersion,
    maxVersion,
    servername: servername ?? undefined,
  };
}

function pem(value) {
  if (!value) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return Buffer.concat(list.flatMap((each) => [Buffer.from(each?.pem ?? each), Buffer.from('\n')]));
}

module.exports = { checkHost, checkMethod, readOptions, tlsOf };
