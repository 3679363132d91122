'use strict';

// Web Crypto over Node's crypto, for `crypto.webcrypto` and `crypto.subtle`.

const { Crypto, CryptoKey } = require('segfn:webcrypto');
const { getRandomValues, randomUUID } = require('./random.js');

const webcrypto = new Crypto();
// These two are Node's, with Node's errors.
for (const value of [getRandomValues, randomUUID]) {
  Object.defineProperty(webcrypto, value.name, { value, writable: true, configurable: true });
}
Object.defineProperty(webcrypto, 'CryptoKey', { value: CryptoKey, writable: true, configurable: true });

module.exports = { subtle: webcrypto.subtle, webcrypto };
