'use strict';

// What the kinds of keys have in common: usages, JSON Web Keys, the texts that keys are written as.

const node = require('./node.js');
const { domError, invalidData, readKey } = require('./errors.js');

/** The bytes under a view or an ArrayBuffer. */
const bytesOf = (value) =>
  ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);

/** Bytes in an ArrayBuffer that holds nothing else. */
const exact = (bytes) => new Uint8Array(bytes).buffer;

/** Throws unless all of `usages` are among `allowed`; `kind` is such as "an AES". */
function checkUsages(usages, allowed, kind) {
  if (usages.some((usage) => !allowed.includes(usage))) {
    throw domError('SyntaxError', `Unsupported key usage for ${kind} key`);
  }
}

/** Those of `wanted` that are among `usages`, in the order of `wanted`. */
const among = (usages, wanted) => wanted.filter((usage) => usages.includes(usage));

const unique = (usages) => usages.filter((usage, index) => usages.indexOf(usage) === index);

const mismatch = () => domError('DataError', 'JWK "alg" does not match the requested algorithm');

function checkType(jwk, kty) {
  if (!jwk.kty) throw invalidData();
  if (jwk.kty !== kty) throw domError('DataError', 'Invalid JWK "kty" Parameter');
}

/** What a JSON Web Key says about its use, against what it is imported for. */
function checkPurpose(jwk, use, usages, extractable) {
  if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use)
    throw domError('DataError', 'Invalid JWK "use" Parameter');
  if (jwk.key_ops !== undefined) {
    const known = jwk.key_ops.filter((operation) => OPERATIONS.includes(operation));
    if (unique(known).length !== known.length) throw domError('DataError', 'Duplicate key operation');
    if (usages.some((usage) => !jwk.key_ops.includes(usage)))
      throw domError('DataError', 'Key operations and usage mismatch');
  }
  if (jwk.ext === false && extractable) throw domError('DataError', 'JWK "ext" Parameter and extractable mismatch');
}

const OPERATIONS = ['sign', 'verify', 'encrypt', 'decrypt', 'wrapKey', 'unwrapKey', 'deriveKey', 'deriveBits'];

/** A secret key, from the `k` of a JSON Web Key. */
function secretFromJwk(jwk) {
  return readKey(() => {
    if (typeof jwk.k !== 'string') throw new TypeError('Invalid JWK data');
    return node.createSecretKey(Buffer.from(jwk.k, 'base64'));
  });
}

/** A key pair's or a key's half in DER. */
const fromDer = (format, data) =>
  readKey(() =>
    format === 'spki'
      ? node.createPublicKey({ key: data, format: 'der', type: 'spki' })
      : node.createPrivateKey({ key: data, format: 'der', type: 'pkcs8' }),
  );

/** An asymmetric key of a JSON Web Key. */
const fromJwk = (jwk) =>
  readKey(() => {
    const key = { key: jwk, format: 'jwk' };
    return jwk.d === undefined ? node.createPublicKey(key) : node.createPrivateKey(key);
  });

/** A new key pair of node:crypto. */
const generatePair = (type, options) =>
  new Promise((resolve, reject) => {
    node.generateKeyPair(type, options, (error, publicKey, privateKey) =>
      error ? reject(error) : resolve({ publicKey, privateKey }),
    );
  });

/** The two CryptoKeys of a new pair. */
function makePair(pair, algorithm, publicUsages, privateUsages, extractable) {
  const publicKey = node.makeCryptoKey(pair.publicKey, algorithm, publicUsages, true);
  const privateKey = node.makeCryptoKey(pair.privateKey, algorithm, privateUsages, extractable);
  return { __proto__: null, publicKey, privateKey };
}

const exportDer = ({ object }, format) => exact(object.export({ format: 'der', type: format }));

/** A JSON Web Key, with its members in Node's order. */
function exportJwk({ object, usages, extractable }, more) {
  return { key_ops: usages, ext: extractable, ...object.export({ format: 'jwk' }), ...more };
}

/** Throws unless the key is of the type that the operation needs. */
function checkIs(key, type) {
  if (key.object.type !== type) throw domError('InvalidAccessError', `Key must be a ${type} key`);
}

module.exports = {
  among,
  bytesOf,
  checkIs,
  checkPurpose,
  checkType,
  checkUsages,
  exact,
  exportDer,
  exportJwk,
  fromDer,
  fromJwk,
  generatePair,
  makePair,
  mismatch,
  secretFromJwk,
  unique,
};
