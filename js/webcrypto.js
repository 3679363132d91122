'use strict';

// Web Crypto over Node's crypto, for `crypto.webcrypto` and `crypto.subtle`.

const { Crypto, CryptoKey, getCryptoKey } = require('@peculiar/webcrypto');
const { getRandomValues, randomUUID } = require('node:crypto');

const webcrypto = new Crypto();
// Node's, with Node's errors.
for (const value of [getRandomValues, randomUUID]) {
  Object.defineProperty(webcrypto, value.name, { value, writable: true, configurable: true });
}
Object.defineProperty(webcrypto, 'CryptoKey', { value: CryptoKey, writable: true, configurable: true });

module.exports = { getCryptoKey, subtle: webcrypto.subtle, webcrypto };
