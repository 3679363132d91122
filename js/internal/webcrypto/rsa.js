'use strict';

const node = require('./node.js');
const { attempt, domError, failed } = require('./errors.js');
const {
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
} = require('./keys.js');
const { HASHES } = require('./hashes.js');

const { ops } = host;
const PSS = 6;
const OAEP = 4;

/** What is different among the three: usages of the public and the private key, `use` and `alg` in JSON Web Keys. */
const VARIANTS = {
  __proto__: null,
  'RSASSA-PKCS1-v1_5': { usages: [['verify'], ['sign']], use: 'sig', alg: (hash) => `RS${HASHES[hash].jwk}` },
  'RSA-PSS': { usages: [['verify'], ['sign']], use: 'sig', alg: (hash) => `PS${HASHES[hash].jwk}` },
  'RSA-OAEP': {
    usages: [
      ['encrypt', 'wrapKey'],
      ['decrypt', 'unwrapKey'],
    ],
    use: 'enc',
    alg: (hash) => (hash === 'SHA-1' ? 'RSA-OAEP' : `RSA-OAEP-${HASHES[hash].jwk}`),
  },
};

/** A big-endian number of 32 bits at most; undefined if it is larger. */
function smallNumber(bytes) {
  let number = 0;
  for (const byte of bytes) {
    number = number * 256 + byte;
    if (number >= 2 ** 32) return undefined;
  }
  return number;
}

async function generate({ name, modulusLength, publicExponent, hash }, extractable, usages) {
  const exponent = smallNumber(publicExponent);
  if (exponent === undefined) {
    throw domError('OperationError', 'The publicExponent must be equivalent to an unsigned 32-bit value');
  }
  const [forPublic, forPrivate] = VARIANTS[name].usages;
  checkUsages(usages, [...forPublic, ...forPrivate], 'a RSA');
  const algorithm = { name, modulusLength, publicExponent, hash: { name: hash.name } };
  const pair = await generatePair('rsa', { modulusLength, publicExponent: exponent }).catch((error) => {
    throw failed(error);
  });
  return makePair(pair, algorithm, among(usages, forPublic), among(usages, forPrivate), extractable);
}

function importKey({ name, hash }, format, data, extractable, usages) {
  const { usages: allowed, use, alg } = VARIANTS[name];
  const check = (isPublic) => checkUsages(usages, allowed[isPublic ? 0 : 1], `an ${name}`);
  let object;
  if (format === 'spki' || format === 'pkcs8') {
    check(format === 'spki');
    object = fromDer(format, data);
  } else if (format === 'jwk') {
    checkType(data, 'RSA');
    check(data.d === undefined);
    checkPurpose(data, use, usages, extractable);
    if (data.alg !== undefined && !knows(data.alg, hash.name, alg)) throw mismatch();
    object = fromJwk(data);
  } else throw domError('NotSupportedError', `Unable to import RSA key with format ${format}`);
  if (object.asymmetricKeyType !== 'rsa') throw domError('DataError', 'Invalid key type');
  const { modulusLength, publicExponent } = object.asymmetricKeyDetails;
  const hex = publicExponent.toString(16);
  const exponent = new Uint8Array(Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex'));
  const algorithm = { name, modulusLength, publicExponent: exponent, hash };
  return node.makeCryptoKey(object, algorithm, usages, extractable);
}

/** Node looks at the hash that the name ends with, and takes it in small letters too. */
function knows(alg, hash) {
  const lower = alg.toLowerCase();
  return (
    Object.values(VARIANTS).some((variant) => variant.alg(hash).toLowerCase() === lower) || lower === hash.toLowerCase()
  );
}

const exportKey = {
  spki: exportDer,
  pkcs8: exportDer,
  jwk: (key) => exportJwk(key, { alg: VARIANTS[key.algorithm.name].alg(key.algorithm.hash.name) }),
};

function signing(algorithm, key) {
  const { name, hash, modulusLength } = key.algorithm;
  const digest = HASHES[hash.name].name;
  if (name !== 'RSA-PSS') return [digest, { padding: null, saltLength: null, plain: false }];
  const { saltLength } = algorithm;
  // RFC 8017, section 9.1.1.
  node.validateInteger(
    saltLength,
    'algorithm.saltLength',
    0,
    Math.ceil((modulusLength - 1) / 8) - HASHES[hash.name].bits / 8 - 2,
  );
  return [digest, { padding: PSS, saltLength, plain: false }];
}

function sign(algorithm, key, data) {
  checkIs(key, 'private');
  return attempt(() => {
    const [digest, options] = signing(algorithm, key);
    return exact(ops.op_crypto_sign(digest, bytesOf(data), node.handle(key.object), options));
  });
}

function verify(algorithm, key, data, signature) {
  checkIs(key, 'public');
  return attempt(() => {
    const [digest, options] = signing(algorithm, key);
    return ops.op_crypto_verify(digest, bytesOf(data), node.handle(key.object), bytesOf(signature), options);
  });
}

function crypt(type, key, data, label) {
  if (key.object.type !== type) {
    throw domError('InvalidAccessError', 'The requested operation is not valid for the provided key');
  }
  const options = { padding: OAEP, oaepHash: HASHES[key.algorithm.hash.name].name };
  const op = type === 'public' ? 'op_crypto_public_encrypt' : 'op_crypto_private_decrypt';
  return attempt(() => exact(ops[op](node.handle(key.object), bytesOf(data), options, label ?? new Uint8Array(0))));
}

const common = {
  generateKey: { params: 'RsaHashedKeyGenParams', run: generate },
  importKey: { params: 'RsaHashedImportParams', run: importKey },
  exportKey,
};
const signs = (params) => ({ sign: { params, run: sign }, verify: { params, run: verify } });

module.exports = {
  algorithms: {
    'RSASSA-PKCS1-v1_5': { ...common, ...signs() },
    'RSA-PSS': { ...common, ...signs('RsaPssParams') },
    'RSA-OAEP': {
      ...common,
      encrypt: { params: 'RsaOaepParams', run: ({ label }, key, data) => crypt('public', key, data, label) },
      decrypt: { params: 'RsaOaepParams', run: ({ label }, key, data) => crypt('private', key, data, label) },
    },
  },
};
