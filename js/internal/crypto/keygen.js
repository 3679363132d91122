'use strict';

// Generates keys and key pairs.

const { promisify } = require('node:util');
const {
  invalidArgType,
  invalidArgValue,
  nativeError,
  nodeError,
  validateFunction,
  validateInteger,
  validateString,
} = require('../node-error.js');
const {
  isAnyBuffer,
  isBytes,
  bytesOf,
  callLater,
  validateObject,
  validateOneOf,
  validateUint32,
} = require('./util.js');
const { parseOutput } = require('./key-encoding.js');
const keys = require('./keys.js');

const { ops } = host;
const MAX = 2 ** 31 - 1;
const CURVE_KEYS = ['ed25519', 'ed448', 'x25519', 'x448'];

/** The parameters for Rust, from the options for keys of `type`. */
function planOf(type, options) {
  validateString(type, 'type');
  if (options !== undefined) validateObject(options, 'options');
  if (CURVE_KEYS.includes(type)) return { kind: type };
  if (!['rsa', 'rsa-pss', 'dsa', 'ec', 'dh'].includes(type))
    throw invalidArgValue('type', type, 'must be a supported key type');
  validateObject(options, 'options');
  if (type === 'rsa' || type === 'rsa-pss') return rsaPlan(type, options);
  if (type === 'dsa') {
    const { modulusLength, divisorLength } = options;
    validateUint32(modulusLength, 'options.modulusLength');
    if (divisorLength != null) validateInteger(divisorLength, 'options.divisorLength', 0, MAX);
    return { kind: 'dsa', modulusLength, divisorLength: divisorLength ?? null };
  }
  if (type === 'ec') {
    const { namedCurve, paramEncoding } = options;
    validateString(namedCurve, 'options.namedCurve');
    if (paramEncoding != null && paramEncoding !== 'named' && paramEncoding !== 'explicit') {
      throw invalidArgValue('options.paramEncoding', paramEncoding);
    }
    ops.op_crypto_ec_check(namedCurve, true);
    return { kind: 'ec', namedCurve, explicit: paramEncoding === 'explicit' };
  }
  return dhPlan(options);
}

/** An option that had another name, which Node 20 still takes. */
function renamed(options, name, old) {
  if (options[name] !== undefined) validateString(options[name], `options.${name}`);
  if (options[old] === undefined) return options[name];
  validateString(options[old], `options.${old}`);
  if (options[name] && options[old] !== options[name]) throw invalidArgValue(`options.${old}`, options[old]);
  return options[name] || options[old];
}

function rsaPlan(kind, options) {
  const { modulusLength } = options;
  const publicExponent = options.publicExponent ?? 0x10001;
  validateUint32(modulusLength, 'options.modulusLength');
  validateUint32(publicExponent, 'options.publicExponent');
  if (kind === 'rsa-pss') {
    const { saltLength } = options;
    if (saltLength !== undefined) validateInteger(saltLength, 'options.saltLength', 0, MAX);
    const hashAlgorithm = renamed(options, 'hashAlgorithm', 'hash');
    const mgf1HashAlgorithm = renamed(options, 'mgf1HashAlgorithm', 'mgf1Hash');
    for (const [name, digest, what] of [
      ['hashAlgorithm', hashAlgorithm, 'digest'],
      ['mgf1HashAlgorithm', mgf1HashAlgorithm, 'MGF1 digest'],
    ]) {
      if (digest === undefined) continue;
      validateString(digest, `options.${name}`);
      if (ops.op_crypto_hash_size(digest) < 0)
        throw nativeError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid ${what}: ${digest}`);
    }
    const free = saltLength === undefined && hashAlgorithm === undefined && mgf1HashAlgorithm === undefined;
    const restrict = {
      hash: hashAlgorithm ?? null,
      mgf1Hash: mgf1HashAlgorithm ?? null,
      saltLength: saltLength ?? null,
    };
    return { kind, modulusLength, publicExponent, restrict: free ? null : restrict };
  }
  return { kind, modulusLength, publicExponent };
}

function dhPlan(options) {
  const { group, primeLength, prime, generator } = options;
  const clash = (one, other) =>
    nodeError(
      TypeError,
      'ERR_INCOMPATIBLE_OPTION_PAIR',
      `Option "${one}" cannot be used in combination with option "${other}"`,
    );
  const none = { kind: 'dh', group: null, prime: null, primeLength: null, generator: 2 };
  if (group != null) {
    for (const name of ['prime', 'primeLength', 'generator']) {
      if (options[name] != null) throw clash('group', name);
    }
    validateString(group, 'options.group');
    ops.op_crypto_dh_group(group);
    return { ...none, group };
  }
  if (prime != null) {
    if (primeLength != null) throw clash('prime', 'primeLength');
    if (!isBytes(prime) && !isAnyBuffer(prime)) {
      throw invalidArgType('options.prime', 'an instance of Buffer, TypedArray, DataView, or ArrayBuffer', prime);
    }
  } else if (primeLength != null) validateInteger(primeLength, 'options.primeLength', 0, MAX);
  else {
    throw nodeError(
      TypeError,
      'ERR_MISSING_OPTION',
      'At least one of the group, prime, or primeLength options is required',
    );
  }
  if (generator != null) validateInteger(generator, 'options.generator', 0, MAX);
  return {
    ...none,
    prime: prime == null ? null : [...bytesOf(prime)],
    primeLength: primeLength ?? null,
    generator: generator ?? 2,
  };
}

/** The encodings of the two keys; undefined for a key that is returned as a KeyObject. */
function encodingsOf(type, options) {
  const { publicKeyEncoding, privateKeyEncoding } = options ?? {};
  const read = (encoding, isPublic, name) => {
    if (encoding == null) return undefined;
    if (typeof encoding !== 'object') throw invalidArgValue(`options.${name}`, encoding);
    return parseOutput(encoding, type, isPublic, name);
  };
  return {
    forPublic: read(publicKeyEncoding, true, 'publicKeyEncoding'),
    forPrivate: read(privateKeyEncoding, false, 'privateKeyEncoding'),
  };
}

function pairOf(handle, { forPublic, forPrivate }) {
  const publicHandle = ops.op_crypto_key_public(handle);
  return {
    publicKey:
      forPublic === undefined ? new keys.PublicKeyObject(publicHandle) : keys.exportPublic(publicHandle, forPublic),
    privateKey: forPrivate === undefined ? new keys.PrivateKeyObject(handle) : keys.exportPrivate(handle, forPrivate),
  };
}

function generateKeyPair(type, options, callback) {
  if (typeof options === 'function') [options, callback] = [undefined, options];
  validateFunction(callback, 'callback');
  const encodings = encodingsOf(type, options);
  ops.op_crypto_generate_pair(planOf(type, options)).then(
    (handle) => {
      let pair;
      try {
        pair = pairOf(handle, encodings);
      } catch (error) {
        process.nextTick(callback, error);
        return;
      }
      process.nextTick(callback, null, pair.publicKey, pair.privateKey);
    },
    (error) => process.nextTick(callback, error),
  );
}
Object.defineProperty(generateKeyPair, promisify.custom, {
  value: (type, options) =>
    new Promise((resolve, reject) => {
      generateKeyPair(type, options, (error, publicKey, privateKey) =>
        error ? reject(error) : resolve({ publicKey, privateKey }),
      );
    }),
});

function generateKeyPairSync(type, options) {
  const encodings = encodingsOf(type, options);
  return pairOf(ops.op_crypto_generate_pair_sync(planOf(type, options)), encodings);
}

function secretLength(type, options) {
  validateString(type, 'type');
  validateObject(options, 'options');
  const { length } = options;
  if (type === 'hmac') validateInteger(length, 'options.length', 8, MAX);
  else if (type === 'aes') validateOneOf(length, 'options.length', [128, 192, 256]);
  else throw invalidArgValue('type', type, 'must be a supported key type');
  return Math.floor(length / 8);
}

function secretKey(length) {
  const bytes = new Uint8Array(length);
  ops.op_crypto_random(bytes);
  return keys.createSecretKey(bytes);
}

function generateKeySync(type, options) {
  return secretKey(secretLength(type, options));
}

function generateKey(type, options, callback) {
  if (typeof options === 'function') [options, callback] = [undefined, options];
  validateFunction(callback, 'callback');
  const length = secretLength(type, options);
  callLater(callback, () => secretKey(length));
}

module.exports = { generateKey, generateKeyPair, generateKeyPairSync, generateKeySync };
