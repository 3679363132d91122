'use strict';

// Derives keys from passwords and other keys.

const {
  invalidArgType,
  nativeError,
  nodeError,
  outOfRange,
  validateFunction,
  validateInteger,
  validateString,
} = require('../node-error.js');
const { deliver, isByteSource, toBytes, validateDigest, validateUint32 } = require('./util.js');

const { ops } = host;
const MAX = 2 ** 31 - 1;
const NONE = new Uint8Array(0);

/** Derives `length` bytes; `work` has the first arguments of the op. */
function deriveSync(length, work) {
  const derived = Buffer.alloc(length);
  ops.op_crypto_derive_sync(...work, derived);
  return derived;
}

function derive(length, work, callback, shape) {
  const derived = Buffer.alloc(length);
  deliver(ops.op_crypto_derive(...work, derived), callback, () => shape(derived));
}

const asBuffer = (derived) => derived;
const asArrayBuffer = (derived) => derived.buffer;

function pbkdf2Work(password, salt, iterations, keylen, digest) {
  validateString(digest, 'digest');
  password = toBytes(password, 'password');
  salt = toBytes(salt, 'salt');
  validateInteger(iterations, 'iterations', 1, MAX);
  validateInteger(keylen, 'keylen', 0, MAX);
  validateDigest(digest);
  return [{ kind: 'pbkdf2', digest, iterations }, password, salt, NONE];
}

function pbkdf2(password, salt, iterations, keylen, digest, callback) {
  if (typeof digest === 'function') [digest, callback] = [undefined, digest];
  const work = pbkdf2Work(password, salt, iterations, keylen, digest);
  validateFunction(callback, 'callback');
  derive(keylen, work, callback, asBuffer);
}

function pbkdf2Sync(password, salt, iterations, keylen, digest) {
  return deriveSync(keylen, pbkdf2Work(password, salt, iterations, keylen, digest));
}

/** One of scrypt's parameters, each of which has two names. */
function scryptNumber(options, name, alias, otherwise) {
  const value = options[name];
  const other = options[alias];
  if (value !== undefined) validateUint32(value, name);
  if (other !== undefined) {
    if (value !== undefined) {
      throw nodeError(Error, 'ERR_CRYPTO_SCRYPT_INVALID_PARAMETER', 'Invalid scrypt parameter');
    }
    validateUint32(other, alias);
  }
  return (value ?? other) || otherwise;
}

function scryptWork(password, salt, keylen, options) {
  password = toBytes(password, 'password');
  salt = toBytes(salt, 'salt');
  validateInteger(keylen, 'keylen', 0, MAX);
  options ??= {};
  const n = scryptNumber(options, 'N', 'cost', 16384);
  const r = scryptNumber(options, 'r', 'blockSize', 8);
  const p = scryptNumber(options, 'p', 'parallelization', 1);
  if (options.maxmem !== undefined) validateInteger(options.maxmem, 'maxmem', 0);
  const derivation = { kind: 'scrypt', n, r, p, maxmem: options.maxmem || 32 * 1024 * 1024 };
  ops.op_crypto_scrypt_check(derivation);
  return [derivation, password, salt, NONE];
}

function scrypt(password, salt, keylen, options, callback) {
  if (callback === undefined) [options, callback] = [undefined, options];
  const work = scryptWork(password, salt, keylen, options);
  validateFunction(callback, 'callback');
  derive(keylen, work, callback, asBuffer);
}

function scryptSync(password, salt, keylen, options) {
  return deriveSync(keylen, scryptWork(password, salt, keylen, options));
}

function hkdfWork(digest, key, salt, info, length) {
  validateString(digest, 'digest');
  const secret = isByteSource(key) ? undefined : require('./keys.js').secretBytes(key);
  if (secret === undefined && !isByteSource(key)) {
    throw invalidArgType(
      'ikm',
      'of type string or an instance of SecretKeyObject, ArrayBuffer, TypedArray, DataView, or Buffer',
      key,
    );
  }
  for (const [name, value] of [
    ['salt', salt],
    ['info', info],
  ]) {
    if (!isByteSource(value)) {
      throw invalidArgType(
        name,
        'of type string or an instance of ArrayBuffer, TypedArray, DataView, or Buffer',
        value,
      );
    }
  }
  validateInteger(length, 'length', 0, 2 ** 32);
  info = toBytes(info, 'info');
  if (info.byteLength > 1024) throw outOfRange('info', 'must not contain more than 1024 bytes', info.byteLength);
  validateDigest(digest);
  // RFC 5869 counts the blocks with one byte.
  if (length > 255 * ops.op_crypto_hash_size(digest))
    throw nativeError(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Invalid key length');
  return [{ kind: 'hkdf', digest }, secret ?? toBytes(key, 'ikm'), toBytes(salt, 'salt'), info];
}

function hkdf(digest, key, salt, info, length, callback) {
  const work = hkdfWork(digest, key, salt, info, length);
  validateFunction(callback, 'callback');
  derive(length, work, callback, asArrayBuffer);
}

function hkdfSync(digest, key, salt, info, length) {
  return asArrayBuffer(deriveSync(length, hkdfWork(digest, key, salt, info, length)));
}

module.exports = { hkdf, hkdfSync, pbkdf2, pbkdf2Sync, scrypt, scryptSync };
