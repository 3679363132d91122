'use strict';

const { bytesOf, exact } = require('./keys.js');

const { ops } = host;

/** The hashes, by their names here: that in OpenSSL, the lengths in bits, and what JSON Web Keys append. */
const HASHES = {
  __proto__: null,
  'SHA-1': { name: 'sha1', bits: 160, block: 512, jwk: '1' },
  'SHA-256': { name: 'sha256', bits: 256, block: 512, jwk: '256' },
  'SHA-384': { name: 'sha384', bits: 384, block: 1024, jwk: '384' },
  'SHA-512': { name: 'sha512', bits: 512, block: 1024, jwk: '512' },
};

const digest = ({ name }, data) => exact(ops.op_crypto_hash(HASHES[name].name, bytesOf(data)));

module.exports = {
  HASHES,
  algorithms: Object.fromEntries(Object.keys(HASHES).map((name) => [name, { digest: { run: digest } }])),
};
