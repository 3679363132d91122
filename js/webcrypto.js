'use strict';

// Web Crypto over Node's crypto, for `crypto.webcrypto` and `crypto.subtle`.

const { Crypto, CryptoKey } = require('@peculiar/webcrypto');

const webcrypto = new Crypto();

module.exports = { CryptoKey, subtle: webcrypto.subtle, webcrypto };
