'use strict';

// KeyObject and its kinds. An asymmetric key has a handle in Rust.

const { invalidArgType, invalidArgValue, nodeError } = require('../node-error.js');
const {
  BYTES,
  BYTES_OR_TEXT,
  KEY_TYPES,
  copyOf,
  hide,
  isByteSource,
  toBuffer,
  toBytes,
  validateObject,
  validateOneOf,
} = require('./util.js');
const { incompatible, parseInput, parseOutput } = require('./key-encoding.js');
const { fromJwk, toJwk } = require('./jwk.js');
const { slotsOf } = require('./crypto-key.js');

const { ops } = host;

const kHandle = Symbol('handle');
// console.log shows these of a key, as in Node.
const kType = Symbol('kKeyType');
const kKind = Symbol('kAsymmetricKeyType');
const kDetails = Symbol('kAsymmetricKeyDetails');

class KeyObject {
  constructor(type, handle) {
    if (type !== 'secret' && type !== 'public' && type !== 'private') throw invalidArgValue('type', type);
    if (typeof handle !== 'object') throw invalidArgType('handle', 'of type object', handle);
    this[kType] = type;
    hide(this, kHandle, handle);
  }

  get type() {
    return this[kType];
  }

  static from(key) {
    const slots = slotsOf(key);
    if (slots === undefined) throw invalidArgType('key', 'an instance of CryptoKey', key);
    return slots.object;
  }

  equals(other) {
    if (!isKeyObject(other)) throw invalidArgType('otherKeyObject', 'an instance of KeyObject', other);
    if (other.type !== this.type) return false;
    const [one, two] = [this[kHandle], other[kHandle]];
    if (this.type === 'secret') return one.length === two.length && ops.op_crypto_equal(one, two);
    return ops.op_crypto_key_equals(one, two);
  }
}
Object.defineProperty(KeyObject.prototype, Symbol.toStringTag, { value: 'KeyObject', configurable: true });

// util.types recognises keys by this.
Object.defineProperty(KeyObject.prototype, Symbol.for('segfn.KeyObject'), { value: true });

const isKeyObject = (value) => value !== null && typeof value === 'object' && kHandle in value;

/** A secret key. Its handle is the bytes themselves. */
class SecretKeyObject extends KeyObject {
  constructor(bytes) {
    super('secret', bytes);
  }

  get symmetricKeySize() {
    return this[kHandle].length;
  }

  export(options) {
    if (options !== undefined) {
      validateObject(options, 'options');
      validateOneOf(options.format, 'options.format', [undefined, 'buffer', 'jwk']);
    }
    const bytes = Buffer.from(this[kHandle]);
    return options?.format === 'jwk' ? { kty: 'oct', k: bytes.toString('base64url') } : bytes;
  }
}

class AsymmetricKeyObject extends KeyObject {
  get asymmetricKeyType() {
    this[kKind] ??= ops.op_crypto_key_kind(this[kHandle]) ?? undefined;
    return this[kKind];
  }

  get asymmetricKeyDetails() {
    // The other kinds have no details, as all their keys are alike.
    if (!['rsa', 'rsa-pss', 'dsa', 'ec'].includes(this.asymmetricKeyType)) return {};
    if (this[kDetails] === undefined) {
      const details = ops.op_crypto_key_details(this[kHandle]);
      if (details.publicExponent !== undefined) details.publicExponent = BigInt(`0x${details.publicExponent}`);
      this[kDetails] = { ...details };
    }
    return { ...this[kDetails] };
  }
}

class PublicKeyObject extends AsymmetricKeyObject {
  constructor(handle) {
    super('public', handle);
  }

  export(options) {
    if (options?.format === 'jwk') return toJwk(this[kHandle]);
    return exportPublic(this[kHandle], parseOutput(options, this.asymmetricKeyType, true));
  }
}

class PrivateKeyObject extends AsymmetricKeyObject {
  constructor(handle) {
    super('private', handle);
  }

  export(options) {
    if (options?.format === 'jwk') {
      if (options.passphrase !== undefined) throw incompatible('jwk', 'does not support encryption');
      return toJwk(this[kHandle]);
    }
    return exportPrivate(this[kHandle], parseOutput(options, this.asymmetricKeyType, false));
  }
}

/** An exported key: PEM as a text, DER as bytes. */
const written = (bytes, { format }) => (format === 'pem' ? toBuffer(bytes).toString('latin1') : toBuffer(bytes));

function exportPublic(handle, encoding) {
  if (encoding.format === 'jwk') return toJwk(handle);
  return written(ops.op_crypto_key_export_public(handle, encoding.type, encoding.format === 'pem'), encoding);
}

function exportPrivate(handle, encoding) {
  if (encoding.format === 'jwk') return toJwk(handle);
  const { type, format, cipher, passphrase } = encoding;
  return written(
    ops.op_crypto_key_export_private(handle, type, format === 'pem', cipher ?? null, passphrase ?? new Uint8Array(0)),
    encoding,
  );
}

function unexpected(type, expected) {
  return nodeError(
    TypeError,
    'ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE',
    `Invalid key object type ${type}, expected ${expected}.`,
    unexpected,
  );
}

// What a key is needed for decides which keys may be given.
const CONSUME_PUBLIC = 0;
const CONSUME_PRIVATE = 1;
const CREATE_PUBLIC = 2;
const CREATE_PRIVATE = 3;
// RSA's functions refuse a public KeyObject for a private one, and find out about other forms only from OpenSSL.
const USE_PRIVATE = 4;
const wantsPrivate = (purpose) => purpose === CONSUME_PRIVATE || purpose === CREATE_PRIVATE || purpose === USE_PRIVATE;

function handleOf(key, purpose) {
  if (purpose === CREATE_PRIVATE) throw invalidArgType('key', BYTES_OR_TEXT, key);
  if (key.type !== 'private') {
    if (purpose !== CONSUME_PUBLIC) throw unexpected(key.type, 'private');
    if (key.type !== 'public') throw unexpected(key.type, 'private or public');
  }
  return key[kHandle];
}

/** The handle of an asymmetric key, given in any of the forms that Node takes. */
function asymmetric(key, purpose) {
  const types = purpose === CREATE_PRIVATE ? BYTES_OR_TEXT : KEY_TYPES;
  key = unwrapped(key);
  if (isKeyObject(key)) return handleOf(key, purpose);
  if (isByteSource(key)) return parsed(toBytes(key, 'key'), { format: 'pem' }, purpose);
  if (typeof key !== 'object') throw invalidArgType('key', types, key);
  const { key: given, encoding, format } = key;
  const data = unwrapped(given);
  if (isKeyObject(data)) return handleOf(data, purpose);
  if (format === 'jwk') {
    validateObject(data, 'key.key');
    return fromJwk(data, wantsPrivate(purpose));
  }
  if (!isByteSource(data)) throw invalidArgType('key.key', types, data);
  return parsed(toBytes(data, 'key', encoding), parseInput(key, wantsPrivate(purpose) ? false : undefined), purpose);
}

function parsed(data, { format, type, passphrase }, purpose) {
  const form = format === 'pem' ? 'pem' : type;
  if (purpose === USE_PRIVATE) return parsedAny(data, form, passphrase ?? null);
  const parse = wantsPrivate(purpose) ? ops.op_crypto_key_parse_private : ops.op_crypto_key_parse_public;
  return parse(data, form, passphrase ?? null);
}

/** A private key, or else the public one that is there instead. */
function parsedAny(data, form, passphrase) {
  try {
    return ops.op_crypto_key_parse_private(data, form, passphrase);
  } catch (error) {
    try {
      return ops.op_crypto_key_parse_public(data, form, passphrase);
    } catch {
      throw error;
    }
  }
}

function createPublicKey(key) {
  return new PublicKeyObject(ops.op_crypto_key_public(asymmetric(key, CREATE_PUBLIC)));
}

function createPrivateKey(key) {
  return new PrivateKeyObject(asymmetric(key, CREATE_PRIVATE));
}

function createSecretKey(key, encoding) {
  if (!isByteSource(key)) throw invalidArgType('key', BYTES, key);
  // This is a copy, because the caller may change its own bytes.
  return new SecretKeyObject(copyOf(toBytes(key, 'key', encoding)));
}

/** The KeyObject in a CryptoKey; anything else as it is. */
const unwrapped = (key) => slotsOf(key)?.object ?? key;

/** The bytes of a secret key; undefined for anything else. */
function secretBytes(key) {
  key = unwrapped(key);
  if (!isKeyObject(key)) return undefined;
  if (key.type !== 'secret') throw unexpected(key.type, 'secret');
  return key[kHandle];
}

module.exports = {
  KeyObject,
  PrivateKeyObject,
  PublicKeyObject,
  SecretKeyObject,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  exportPrivate,
  exportPublic,
  handle: (object) => object[kHandle],
  isKeyObject,
  privateHandle: (key) => asymmetric(key, CONSUME_PRIVATE),
  privateHandleForUse: (key) => asymmetric(key, USE_PRIVATE),
  publicHandle: (key) => asymmetric(key, CONSUME_PUBLIC),
  secretBytes,
};
