'use strict';

// Diffie-Hellman over elliptic curves.

const { nativeError, nodeError, validateString } = require('../node-error.js');
const { copyOf, encoded, hide, toBytes } = require('./util.js');

const { ops } = host;
const kParts = Symbol('parts');

function ECDH(curve) {
  if (!new.target) return new ECDH(curve);
  validateString(curve, 'curve');
  ops.op_crypto_ec_check(curve, false);
  hide(this, kParts, { curve, publicKey: undefined, privateKey: undefined, fits: true });
}

const failed = (message) => nativeError(Error, 'ERR_CRYPTO_OPERATION_FAILED', message);

function checkFormat(format) {
  if (!format || ['compressed', 'uncompressed', 'hybrid'].includes(format)) return format || 'uncompressed';
  throw nodeError(TypeError, 'ERR_CRYPTO_ECDH_INVALID_FORMAT', `Invalid ECDH format: ${format}`);
}

Object.assign(ECDH.prototype, {
  generateKeys(encoding, format) {
    const parts = this[kParts];
    parts.privateKey = ops.op_crypto_ec_generate(parts.curve);
    parts.publicKey = ops.op_crypto_ec_public(parts.curve, parts.privateKey);
    parts.fits = true;
    return this.getPublicKey(encoding, format);
  },
  computeSecret(otherKey, inputEncoding, outputEncoding) {
    const { curve, privateKey } = this[kParts];
    const other = toBytes(otherKey, 'key', inputEncoding);
    if (privateKey === undefined || !this[kParts].fits)
      throw nativeError(RangeError, 'ERR_CRYPTO_INVALID_KEYPAIR', 'Invalid key pair');
    return encoded(ops.op_crypto_ec_secret(curve, privateKey, other), outputEncoding);
  },
  getPrivateKey(encoding) {
    const { privateKey } = this[kParts];
    if (privateKey === undefined) throw failed('Failed to get ECDH private key');
    return encoded(copyOf(privateKey), encoding);
  },
  getPublicKey(encoding, format) {
    const { curve, publicKey } = this[kParts];
    const form = checkFormat(format);
    if (publicKey === undefined) throw failed('Failed to get ECDH public key');
    return encoded(ops.op_crypto_ec_convert(curve, publicKey, form), encoding);
  },
  setPrivateKey(key, encoding) {
    const parts = this[kParts];
    const privateKey = copyOf(toBytes(key, 'key', encoding));
    parts.publicKey = ops.op_crypto_ec_public(parts.curve, privateKey);
    parts.privateKey = privateKey;
    parts.fits = true;
    return this;
  },
  setPublicKey(key, encoding) {
    const parts = this[kParts];
    parts.publicKey = ops.op_crypto_ec_convert(parts.curve, toBytes(key, 'key', encoding), 'uncompressed');
    const { curve, privateKey, publicKey } = parts;
    // A pair whose halves don't belong together computes no secret.
    parts.fits =
      privateKey === undefined || Buffer.compare(ops.op_crypto_ec_public(curve, privateKey), publicKey) === 0;
    return this;
  },
});

ECDH.convertKey = function convertKey(key, curve, inputEncoding, outputEncoding, format) {
  validateString(curve, 'curve');
  const bytes = toBytes(key, 'key', inputEncoding);
  const form = checkFormat(format);
  ops.op_crypto_ec_check(curve, false);
  return encoded(ops.op_crypto_ec_convert(curve, bytes, form), outputEncoding);
};

module.exports = { ECDH, createECDH: (curve) => new ECDH(curve) };
