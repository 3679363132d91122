'use strict';

// `crypto.webcrypto` and `crypto.subtle`. What they are is in internal/webcrypto/, and stands on this bundle's parts.

const { invalidArgValue, nodeError, validateInteger } = require('../node-error.js');
const { CryptoKey, makeCryptoKey, slotsOf } = require('./crypto-key.js');
const { generateKeyPair } = require('./keygen.js');
const { hkdf, pbkdf2 } = require('./kdf.js');
const { getRandomValues, randomUUID } = require('./random.js');
const keys = require('./keys.js');

module.exports = require('segfn:webcrypto').start({
  __proto__: null,
  CryptoKey,
  PrivateKeyObject: keys.PrivateKeyObject,
  PublicKeyObject: keys.PublicKeyObject,
  createPrivateKey: keys.createPrivateKey,
  createPublicKey: keys.createPublicKey,
  createSecretKey: keys.createSecretKey,
  generateKeyPair,
  getRandomValues,
  handle: keys.handle,
  hkdf,
  invalidArgValue,
  makeCryptoKey,
  nodeError,
  pbkdf2,
  randomUUID,
  slotsOf,
  validateInteger,
});
