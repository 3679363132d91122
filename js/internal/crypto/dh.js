'use strict';

// Diffie-Hellman over primes.

const { invalidArgType, invalidArgValue, nativeError, nodeError, validateInteger } = require('../node-error.js');
const { copyOf, encoded, hide, isByteSource, toBytes, validateObject } = require('./util.js');

const { ops } = host;
const kParts = Symbol('parts');

function DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding) {
  if (!new.target) return new DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding);
  if (typeof sizeOrKey !== 'number' && !isByteSource(sizeOrKey)) {
    throw invalidArgType(
      'sizeOrKey',
      'one of type number or string or an instance of ArrayBuffer, Buffer, TypedArray, or DataView',
      sizeOrKey,
    );
  }
  if (typeof sizeOrKey === 'number') validateInteger(sizeOrKey, 'sizeOrKey', -(2 ** 31), 2 ** 31 - 1);
  if (keyEncoding && keyEncoding !== 'buffer' && !Buffer.isEncoding(keyEncoding)) {
    [keyEncoding, generator, genEncoding] = [undefined, keyEncoding, generator];
  }
  const g = generatorBytes(generator, genEncoding);
  let prime;
  if (typeof sizeOrKey === 'number') {
    if (sizeOrKey < 2) throw tooSmall();
    prime = ops.op_crypto_dh_prime(sizeOrKey, Number(`0x${Buffer.from(g).toString('hex')}`));
  } else prime = copyOf(toBytes(sizeOrKey, 'sizeOrKey', keyEncoding));
  begin(this, prime, g);
}

function tooSmall() {
  return Object.assign(new Error('error:0280007E:Diffie-Hellman routines::modulus too small'), {
    library: 'Diffie-Hellman routines',
    reason: 'modulus too small',
    code: 'ERR_OSSL_DH_MODULUS_TOO_SMALL',
  });
}

function badGenerator() {
  return Object.assign(new Error('error:02800065:Diffie-Hellman routines::bad generator'), {
    library: 'Diffie-Hellman routines',
    reason: 'bad generator',
    code: 'ERR_OSSL_DH_BAD_GENERATOR',
  });
}

function generatorBytes(generator, encoding) {
  if (!generator) return Uint8Array.of(2);
  if (typeof generator === 'number') {
    validateInteger(generator, 'generator', -(2 ** 31), 2 ** 31 - 1);
    if (generator <= 1) throw badGenerator();
    const hex = generator.toString(16);
    return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  }
  if (!isByteSource(generator)) {
    throw invalidArgType(
      'generator',
      'one of type number or string or an instance of ArrayBuffer, Buffer, TypedArray, or DataView',
      generator,
    );
  }
  const bytes = copyOf(toBytes(generator, 'generator', encoding));
  if (bytes.every((byte, index) => byte === 0 || (byte === 1 && index === bytes.length - 1))) throw badGenerator();
  return bytes;
}

function begin(self, prime, generator) {
  hide(self, kParts, { prime, generator, publicKey: undefined, privateKey: undefined });
  const verifyError = ops.op_crypto_dh_check(prime, generator);
  Object.defineProperty(self, 'verifyError', { value: verifyError, enumerable: true, writable: false });
}

function DiffieHellmanGroup(name) {
  if (!new.target) return new DiffieHellmanGroup(name);
  begin(this, ops.op_crypto_dh_group(String(name)), Uint8Array.of(2));
}

function noKey(which) {
  return nativeError(Error, 'ERR_CRYPTO_INVALID_STATE', `No ${which} key - did you forget to generate one?`);
}

for (const Class of [DiffieHellman, DiffieHellmanGroup]) {
  Object.assign(Class.prototype, {
    generateKeys(encoding) {
      const parts = this[kParts];
      // A private key that the caller has set stays.
      parts.privateKey ??= ops.op_crypto_dh_generate(parts.prime);
      parts.publicKey = ops.op_crypto_dh_public(parts.prime, parts.generator, parts.privateKey);
      return encoded(copyOf(parts.publicKey), encoding);
    },
    computeSecret(otherKey, inputEncoding, outputEncoding) {
      const { prime, privateKey } = this[kParts];
      const other = toBytes(otherKey, 'key', inputEncoding);
      if (privateKey === undefined) throw nativeError(RangeError, 'ERR_CRYPTO_INVALID_KEYTYPE', 'Invalid key type');
      return encoded(ops.op_crypto_dh_secret(prime, privateKey, other), outputEncoding);
    },
    getPrime(encoding) {
      return encoded(copyOf(this[kParts].prime), encoding);
    },
    getGenerator(encoding) {
      return encoded(copyOf(this[kParts].generator), encoding);
    },
    getPublicKey(encoding) {
      const { publicKey } = this[kParts];
      if (publicKey === undefined) throw noKey('public');
      return encoded(copyOf(publicKey), encoding);
    },
    getPrivateKey(encoding) {
      const { privateKey } = this[kParts];
      if (privateKey === undefined) throw noKey('private');
      return encoded(copyOf(privateKey), encoding);
    },
  });
}

Object.assign(DiffieHellman.prototype, {
  setPublicKey(key, encoding) {
    this[kParts].publicKey = copyOf(toBytes(key, 'key', encoding));
    return this;
  },
  setPrivateKey(key, encoding) {
    this[kParts].privateKey = copyOf(toBytes(key, 'key', encoding));
    return this;
  },
});

/** The shared secret of two KeyObjects. */
function diffieHellman(options) {
  const keys = require('./keys.js');
  validateObject(options, 'options');
  const { privateKey, publicKey } = options;
  if (!keys.isKeyObject(privateKey)) throw invalidArgValue('options.privateKey', privateKey);
  if (!keys.isKeyObject(publicKey)) throw invalidArgValue('options.publicKey', publicKey);
  const unexpected = (type, expected) =>
    nodeError(
      TypeError,
      'ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE',
      `Invalid key object type ${type}, expected ${expected}.`,
    );
  if (privateKey.type !== 'private') throw unexpected(privateKey.type, 'private');
  if (publicKey.type !== 'public' && publicKey.type !== 'private')
    throw unexpected(publicKey.type, 'private or public');
  const [one, other] = [privateKey.asymmetricKeyType, publicKey.asymmetricKeyType];
  if (one !== other || !['dh', 'ec', 'x448', 'x25519'].includes(one)) {
    throw nodeError(
      Error,
      'ERR_CRYPTO_INCOMPATIBLE_KEY',
      `Incompatible key types for Diffie-Hellman: ${one} and ${other}`,
    );
  }
  return encoded(ops.op_crypto_agree(keys.handle(privateKey), keys.handle(publicKey)));
}

module.exports = {
  DiffieHellman,
  DiffieHellmanGroup,
  createDiffieHellman: (sizeOrKey, keyEncoding, generator, genEncoding) =>
    new DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding),
  createDiffieHellmanGroup: (name) => new DiffieHellmanGroup(name),
  diffieHellman,
};
