'use strict';

// JSON Web Keys: Node's checks of them, and the order in which Node writes their members.

const { nodeError, validateString } = require('../node-error.js');
const { validateObject, validateOneOf } = require('./util.js');

const { ops } = host;

const LENGTHS = { Ed25519: 32, Ed448: 57, X25519: 32, X448: 56 };

function fromJwk(jwk, isPrivate) {
  validateObject(jwk, 'key');
  validateOneOf(jwk.kty, 'key.kty', ['RSA', 'EC', 'OKP']);
  const texts = (...names) => names.forEach((name) => validateString(jwk[name], `key.${name}`));
  if (jwk.kty === 'RSA') {
    texts('n', 'e');
    if (isPrivate) texts('d', 'p', 'q', 'dp', 'dq', 'qi');
  } else if (jwk.kty === 'EC') {
    texts('crv');
    validateOneOf(jwk.crv, 'key.crv', ['P-256', 'secp256k1', 'P-384', 'P-521']);
    texts('x', 'y');
    if (isPrivate) texts('d');
  } else {
    texts('crv');
    validateOneOf(jwk.crv, 'key.crv', Object.keys(LENGTHS));
    texts('x');
    if (isPrivate) texts('d');
    const length = Buffer.from(isPrivate ? jwk.d : jwk.x, 'base64').length;
    if (length !== LENGTHS[jwk.crv]) throw nodeError(TypeError, 'ERR_CRYPTO_INVALID_JWK', 'Invalid JWK data');
  }
  const { kty, crv, n, e, d, p, q, dp, dq, qi, x, y } = jwk;
  return ops.op_crypto_key_from_jwk({ kty, crv, n, e, d, p, q, dp, dq, qi, x, y }, isPrivate);
}

const ORDERS = {
  RSA: ['kty', 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'],
  EC: ['kty', 'x', 'y', 'crv', 'd'],
  OKP: ['crv', 'd', 'x', 'kty'],
};

function toJwk(handle) {
  const jwk = ops.op_crypto_key_to_jwk(handle);
  const ordered = {};
  for (const name of ORDERS[jwk.kty]) {
    if (jwk[name] !== undefined) ordered[name] = jwk[name];
  }
  return ordered;
}

module.exports = { fromJwk, toJwk };
