'use strict';

// HMAC, and the derivation of keys from secrets: HKDF and PBKDF2.

const node = require('./node.js');
const { attempt, domError, failed } = require('./errors.js');
const {
  bytesOf,
  checkPurpose,
  checkType,
  checkUsages,
  exact,
  exportJwk,
  mismatch,
  secretFromJwk,
  unique,
} = require('./keys.js');
const { HASHES } = require('./hashes.js');

const { ops } = host;

async function generateHmac({ name, hash, length = HASHES[hash.name].block }, extractable, usages) {
  if (length % 8) throw node.invalidArgValue('algorithm.length', length, 'must be a multiple of 8');
  checkUsages(usages, ['sign', 'verify'], 'an HMAC');
  const bytes = new Uint8Array(length / 8);
  try {
    node.validateInteger(length, 'options.length', 8, 2 ** 31 - 1);
    ops.op_crypto_random(bytes);
  } catch (error) {
    throw failed(error);
  }
  const algorithm = { name, length, hash: { name: hash.name } };
  return node.makeCryptoKey(node.createSecretKey(bytes), algorithm, unique(usages), extractable);
}

const jwkName = (hash) => `HS${HASHES[hash].jwk}`;

function importHmac({ name, hash, length }, format, data, extractable, usages) {
  checkUsages(usages, ['sign', 'verify'], 'an HMAC');
  let object;
  if (format === 'raw') {
    const bits = data.byteLength * 8;
    if (bits === 0 || length === 0) throw domError('DataError', 'Zero-length key is not supported');
    if (length !== undefined && length !== bits) throw domError('DataError', 'Invalid key length');
    object = node.createSecretKey(data);
  } else if (format === 'jwk') {
    checkType(data, 'oct');
    checkPurpose(data, 'sig', usages, extractable);
    if (data.alg !== undefined && data.alg !== jwkName(hash.name)) throw mismatch();
    object = secretFromJwk(data);
  } else throw domError('Error', `Unable to import HMAC key with format ${format}`);
  const algorithm = { name, hash, length: object.symmetricKeySize * 8 };
  return node.makeCryptoKey(object, algorithm, usages, extractable);
}

const mac = (key, data) =>
  ops.op_crypto_hmac(HASHES[key.algorithm.hash.name].name, node.handle(key.object), bytesOf(data));

function verifyHmac(algorithm, key, data, signature) {
  return attempt(() => {
    const [expected, given] = [mac(key, data), bytesOf(signature)];
    return expected.length === given.length && ops.op_crypto_equal(expected, given);
  });
}

/** A secret to derive from, which never leaves. */
function importSecret({ name }, format, data, extractable, usages) {
  if (extractable) throw domError('SyntaxError', `${name} keys are not extractable`);
  checkUsages(usages, ['deriveKey', 'deriveBits'], `a ${name}`);
  if (format !== 'raw') throw domError('NotSupportedError', `Unable to import ${name} key with format ${format}`);
  return node.makeCryptoKey(node.createSecretKey(data), { name }, usages, false);
}

/** The derivation that `start` begins with a callback, in bytes. */
async function derive(length, start) {
  if (length === 0) return new ArrayBuffer(0);
  if (length === null) throw domError('OperationError', 'length cannot be null');
  if (length % 8) throw domError('OperationError', 'length must be a multiple of 8');
  try {
    return await new Promise((resolve, reject) => {
      start(length / 8, (error, bits) => (error ? reject(error) : resolve(bits)));
    });
  } catch (error) {
    throw failed(error);
  }
}

function hkdf({ hash, salt, info }, key, length) {
  const digest = HASHES[hash.name].name;
  return derive(length, (size, done) => node.hkdf(digest, node.handle(key.object), salt, info, size, done));
}

async function pbkdf2({ hash, salt, iterations }, key, length) {
  if (iterations === 0) throw domError('OperationError', 'iterations cannot be zero');
  const digest = HASHES[hash.name].name;
  const bits = await derive(length, (size, done) =>
    node.pbkdf2(node.handle(key.object), salt, iterations, size, digest, done),
  );
  return bits.buffer ?? bits;
}

const secret = { importKey: { run: importSecret }, keyLength: { run: () => null } };

module.exports = {
  algorithms: {
    HMAC: {
      generateKey: { params: 'HmacKeyGenParams', run: generateHmac },
      importKey: { params: 'HmacImportParams', run: importHmac },
      exportKey: {
        raw: ({ object }) => exact(object.export()),
        jwk: (key) => exportJwk(key, { alg: jwkName(key.algorithm.hash.name) }),
      },
      sign: { run: (algorithm, key, data) => attempt(() => exact(mac(key, data))) },
      verify: { run: verifyHmac },
      keyLength: {
        params: 'HmacImportParams',
        run({ hash, length = HASHES[hash.name].block }) {
          if (length === 0) throw domError('OperationError', 'Invalid key length');
          return length;
        },
      },
    },
    HKDF: { ...secret, deriveBits: { params: 'HkdfParams', run: hkdf } },
    PBKDF2: { ...secret, deriveBits: { params: 'Pbkdf2Params', run: pbkdf2 } },
  },
};
