'use strict';

// The arguments of Web Crypto, converted as Web IDL says, with Node's errors: TypeErrors that have a code.

const { CryptoKey } = require('./node.js');

const MEMBER = 'ERR_INVALID_ARG_TYPE';

function refuse(message, { prefix, context }, code = MEMBER) {
  const what = context === '' ? '' : `${context ?? 'Value'} `;
  const error = new TypeError(`${prefix ? `${prefix}: ` : ''}${what}${message}`);
  error.code = code;
  return error;
}

const isObject = (value) => value !== null && (typeof value === 'object' || typeof value === 'function');

function text(value, at) {
  if (typeof value === 'symbol') throw refuse('is a Symbol and cannot be converted to a string.', at);
  return `${value}`;
}

function toNumber(value, at) {
  if (typeof value === 'bigint') throw refuse('is a BigInt and cannot be converted to a number.', at);
  if (typeof value === 'symbol') throw refuse('is a Symbol and cannot be converted to a number.', at);
  return Number(value);
}

/** An unsigned integer of so many bits; no other is taken (`[EnforceRange]`). */
const integer = (bits) => (value, at) => {
  const number = toNumber(value, at);
  if (!Number.isFinite(number)) throw refuse('is not a finite number.', at);
  const whole = Math.trunc(number);
  const most = 2 ** bits - 1;
  if (whole < 0 || whole > most) throw refuse(`is outside the expected range of 0 to ${most}.`, at, 'ERR_OUT_OF_RANGE');
  return whole === 0 ? 0 : whole;
};

/** As the length of deriveBits is converted: what is too large wraps around. */
function unsignedLong(value, at) {
  const number = toNumber(value, at);
  return Number.isFinite(number) ? number >>> 0 : 0;
}

const shared = (buffer) => typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;

function bufferSource(value, at) {
  if (ArrayBuffer.isView(value)) {
    if (shared(value.buffer)) throw refuse('is a view on a SharedArrayBuffer, which is not allowed.', at);
    return value;
  }
  if (!(value instanceof ArrayBuffer)) {
    throw refuse('is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.', at);
  }
  return value;
}

function bigInteger(value, at) {
  if (!(value instanceof Uint8Array)) throw refuse('is not an Uint8Array object.', at);
  return bufferSource(value, at);
}

const identifier = (value, at) => (isObject(value) ? value : text(value, at));

function cryptoKey(value, at) {
  if (!isObject(value) || !(value instanceof CryptoKey)) throw refuse('is not of type CryptoKey.', at);
  return value;
}

const oneOf = (type, values) => (value, at) => {
  const chosen = `${value}`;
  if (!values.includes(chosen)) {
    throw refuse(`value '${chosen}' is not a valid enum value of type ${type}.`, at, 'ERR_INVALID_ARG_VALUE');
  }
  return chosen;
};

const sequence = (convert) => (value, at) => {
  const wrong = () => refuse('can not be converted to sequence.', at);
  if (!isObject(value)) throw wrong();
  const iterator = value[Symbol.iterator]?.();
  if (iterator === undefined) throw wrong();
  const converted = [];
  for (;;) {
    const step = iterator?.next?.();
    if (step === undefined) throw wrong();
    if (step.done === true) return converted;
    converted.push(convert(step.value, { ...at, context: `${at.context}, index ${converted.length}` }));
  }
};

/** A dictionary. A member whose name ends in `!` must be there. */
function dictionary(type, members) {
  const list = Object.entries(members)
    .map(([name, convert]) => ({ name: name.replace('!', ''), required: name.endsWith('!'), convert }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return (value, at) => {
    if (value != null && !isObject(value)) throw refuse('can not be converted to a dictionary', at);
    const converted = {};
    for (const { name, required, convert } of list) {
      const given = value == null ? undefined : value[name];
      if (given !== undefined) {
        const context = `'${name}' of '${type}'${at.context ? ` (${at.context})` : ''}`;
        // Not by assignment: a function may have put a setter on Object.prototype.
        const member = {
          value: convert(given, { ...at, context }),
          writable: true,
          enumerable: true,
          configurable: true,
        };
        Object.defineProperty(converted, name, member);
      } else if (required) {
        const why = `can not be converted to '${type}' because '${name}' is required in '${type}'.`;
        throw refuse(why, at, 'ERR_MISSING_OPTION');
      }
    }
    return converted;
  };
}

const algorithm = (type, members) => dictionary(type, { 'name!': text, ...members });
const HASH = { 'hash!': identifier };
const LONG = integer(32);
const SHORT = integer(16);
const OCTET = integer(8);
const texts = (names) => Object.fromEntries(names.map((name) => [name, text]));

/** The parameters of algorithms, by the names that the specification gives them. */
const parameters = {
  __proto__: null,
  Algorithm: algorithm('Algorithm', {}),
  RsaHashedKeyGenParams: algorithm('RsaHashedKeyGenParams', {
    'modulusLength!': LONG,
    'publicExponent!': bigInteger,
    ...HASH,
  }),
  RsaHashedImportParams: algorithm('RsaHashedImportParams', HASH),
  RsaPssParams: algorithm('RsaPssParams', { 'saltLength!': LONG }),
  RsaOaepParams: algorithm('RsaOaepParams', { label: bufferSource }),
  EcKeyImportParams: algorithm('EcKeyImportParams', { 'namedCurve!': text }),
  EcKeyGenParams: algorithm('EcKeyGenParams', { 'namedCurve!': text }),
  EcdsaParams: algorithm('EcdsaParams', HASH),
  EcdhKeyDeriveParams: algorithm('EcdhKeyDeriveParams', { 'public!': cryptoKey }),
  Ed448Params: algorithm('Ed448Params', { context: bufferSource }),
  AesKeyGenParams: algorithm('AesKeyGenParams', { 'length!': SHORT }),
  AesDerivedKeyParams: algorithm('AesDerivedKeyParams', { 'length!': SHORT }),
  AesCbcParams: algorithm('AesCbcParams', { 'iv!': bufferSource }),
  AesGcmParams: algorithm('AesGcmParams', { 'iv!': bufferSource, tagLength: OCTET, additionalData: bufferSource }),
  AesCtrParams: algorithm('AesCtrParams', { 'counter!': bufferSource, 'length!': OCTET }),
  HmacKeyGenParams: algorithm('HmacKeyGenParams', { ...HASH, length: LONG }),
  HmacImportParams: algorithm('HmacImportParams', { ...HASH, length: LONG }),
  HkdfParams: algorithm('HkdfParams', { ...HASH, 'salt!': bufferSource, 'info!': bufferSource }),
  Pbkdf2Params: algorithm('Pbkdf2Params', { ...HASH, 'iterations!': LONG, 'salt!': bufferSource }),
};

const USAGES = ['encrypt', 'decrypt', 'sign', 'verify', 'deriveKey', 'deriveBits', 'wrapKey', 'unwrapKey'];

const jsonWebKey = dictionary('JsonWebKey', {
  ...texts(['kty', 'use', 'alg', 'crv', 'x', 'y', 'd', 'n', 'e', 'p', 'q', 'dp', 'dq', 'qi', 'k']),
  key_ops: sequence(text),
  ext: Boolean,
  oth: sequence(dictionary('RsaOtherPrimesInfo', texts(['r', 'd', 't']))),
});

/** The kinds of arguments that the methods have. */
const kinds = {
  __proto__: null,
  boolean: Boolean,
  bufferSource,
  cryptoKey,
  identifier,
  jsonWebKey,
  keyFormat: oneOf('KeyFormat', ['raw', 'pkcs8', 'spki', 'jwk']),
  unsignedLong,
  usages: sequence(oneOf('KeyUsage', USAGES)),
};

const ORDINALS = ['1st', '2nd', '3rd', '4th', '5th', '6th', '7th'];

/** The argument of `method` at `index`, as one of `kinds`. */
const argument = (method, kind, value, index) =>
  kinds[kind](value, {
    prefix: `Failed to execute '${method}' on 'SubtleCrypto'`,
    context: `${ORDINALS[index]} argument`,
  });

/** Throws unless a method of `owner` was given at least `required` arguments. */
function checkCount(count, required, method, owner) {
  if (count >= required) return;
  const message = `${required} argument${required === 1 ? '' : 's'} required, but only ${count} present.`;
  throw refuse(message, { prefix: `Failed to execute '${method}' on '${owner}'`, context: '' }, 'ERR_MISSING_ARGS');
}

module.exports = { argument, checkCount, isObject, parameters };
