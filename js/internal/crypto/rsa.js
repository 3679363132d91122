'use strict';

// RSA with public and private keys.

const { nativeError, nodeError, validateString } = require('../node-error.js');
const { toBuffer, toBytes } = require('./util.js');
const { RSA_PKCS1_OAEP_PADDING, RSA_PKCS1_PADDING } = require('./constants.js');
const keys = require('./keys.js');

const { ops } = host;

function make(op, handleOf, defaultPadding) {
  return (options, buffer) => {
    const key = handleOf(options);
    const padding = options.padding || defaultPadding;
    const { oaepHash, encoding } = options;
    if (oaepHash !== undefined) validateString(oaepHash, 'key.oaepHash');
    const label =
      options.oaepLabel === undefined ? new Uint8Array(0) : toBytes(options.oaepLabel, 'key.oaepLabel', encoding);
    buffer = toBytes(buffer, 'buffer', encoding);
    if (oaepHash !== undefined && ops.op_crypto_hash_size(oaepHash) < 0) {
      throw nativeError(Error, 'ERR_OSSL_EVP_INVALID_DIGEST', 'Invalid digest used');
    }
    return toBuffer(op(key, buffer, { padding, oaepHash: oaepHash ?? null }, label));
  };
}

const privateDecrypt = make(
  (...args) => ops.op_crypto_private_decrypt(...args),
  keys.privateHandleForUse,
  RSA_PKCS1_OAEP_PADDING,
);

module.exports = {
  publicEncrypt: make((...args) => ops.op_crypto_public_encrypt(...args), keys.publicHandle, RSA_PKCS1_OAEP_PADDING),
  publicDecrypt: make((...args) => ops.op_crypto_public_decrypt(...args), keys.publicHandle, RSA_PKCS1_PADDING),
  privateEncrypt: make(
    (...args) => ops.op_crypto_private_encrypt(...args),
    keys.privateHandleForUse,
    RSA_PKCS1_PADDING,
  ),
  privateDecrypt(options, buffer) {
    // Node 20 removed this padding, because an attacker can learn the text from its errors.
    if (options?.padding === RSA_PKCS1_PADDING) {
      keys.privateHandleForUse(options);
      throw nodeError(
        TypeError,
        'ERR_INVALID_ARG_VALUE',
        'RSA_PKCS1_PADDING is no longer supported for private decryption, this can be reverted with --security-revert=CVE-2023-46809',
      );
    }
    return privateDecrypt(options, buffer);
  },
};
