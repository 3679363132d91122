'use strict';

// ECDSA and ECDH over NIST's curves.

const node = require('./node.js');
const { attempt, domError, failed, invalidData, readKey } = require('./errors.js');
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

/** The curves: their names in OpenSSL, the length of a number in bytes, and the name of ECDSA in JSON Web Keys. */
const CURVES = {
  __proto__: null,
  'P-256': { name: 'prime256v1', size: 32, alg: 'ES256' },
  'P-384': { name: 'secp384r1', size: 48, alg: 'ES384' },
  'P-521': { name: 'secp521r1', size: 66, alg: 'ES512' },
};

/** The usages of the public and of the private key. */
const USAGES = {
  __proto__: null,
  ECDSA: [['verify'], ['sign']],
  ECDH: [[], ['deriveKey', 'deriveBits']],
};

function curveOf(name) {
  const curve = CURVES[name];
  if (curve === undefined) throw domError('NotSupportedError', 'Unrecognized namedCurve');
  return curve;
}

async function generate({ name, namedCurve }, extractable, usages) {
  curveOf(namedCurve);
  const [forPublic, forPrivate] = USAGES[name];
  checkUsages(usages, [...forPublic, ...forPrivate], `an ${name}`);
  const pair = await generatePair('ec', { namedCurve }).catch((error) => {
    throw failed(error);
  });
  return makePair(pair, { name, namedCurve }, among(usages, forPublic), among(usages, forPrivate), extractable);
}

function fromPoint(namedCurve, data) {
  const { name, size } = CURVES[namedCurve];
  let point;
  try {
    point = ops.op_crypto_ec_convert(name, bytesOf(data), 'uncompressed');
  } catch {
    throw invalidData();
  }
  const part = (from) => Buffer.from(point.subarray(from, from + size)).toString('base64url');
  const key = { kty: 'EC', crv: namedCurve, x: part(1), y: part(1 + size) };
  return readKey(() => node.createPublicKey({ key, format: 'jwk' }));
}

function importKey({ name, namedCurve }, format, data, extractable, usages) {
  const curve = curveOf(namedCurve);
  const check = (isPublic) => checkUsages(usages, USAGES[name][isPublic ? 0 : 1], `a ${name}`);
  let object;
  if (format === 'jwk') {
    checkType(data, 'EC');
    if (data.crv !== namedCurve) throw mismatchedCurve();
    check(data.d === undefined);
    checkPurpose(data, name === 'ECDH' ? 'enc' : 'sig', usages, extractable);
    if (name === 'ECDSA' && data.alg !== undefined && data.alg !== curve.alg) throw mismatch();
    object = fromJwk(data);
  } else {
    check(format !== 'pkcs8');
    object = format === 'raw' ? fromPoint(namedCurve, data) : fromDer(format, data);
  }
  if (object.asymmetricKeyType !== 'ec') throw domError('DataError', 'Invalid key type');
  if (!ops.op_crypto_ec_holds(node.handle(object))) throw invalidData();
  if (object.asymmetricKeyDetails.namedCurve !== curve.name) throw domError('DataError', 'Named curve mismatch');
  return node.makeCryptoKey(object, { name, namedCurve }, usages, extractable);
}

const mismatchedCurve = () => domError('DataError', 'JWK "crv" does not match the requested algorithm');

/** The same key with its point uncompressed, which it isn't always where it was read. */
const uncompressed = (key) => ({
  ...key,
  object: node.createPublicKey({ key: key.object.export({ format: 'jwk' }), format: 'jwk' }),
});

const exportKey = {
  raw({ object }) {
    const { x, y } = object.export({ format: 'jwk' });
    return exact(Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]));
  },
  spki: (key, format) => exportDer(uncompressed(key), format),
  pkcs8: exportDer,
  jwk: (key) => exportJwk(key),
};

const OPTIONS = { padding: null, saltLength: null, plain: true };

function sign({ hash }, key, data) {
  checkIs(key, 'private');
  const digest = HASHES[hash.name].name;
  return attempt(() => exact(ops.op_crypto_sign(digest, bytesOf(data), node.handle(key.object), OPTIONS)));
}

function verify({ hash }, key, data, signature) {
  checkIs(key, 'public');
  const digest = HASHES[hash.name].name;
  return attempt(() =>
    ops.op_crypto_verify(digest, bytesOf(data), node.handle(key.object), bytesOf(signature), OPTIONS),
  );
}

/** The secret of two keys of one kind; also that of X25519 and X448. */
function agree({ public: given }, key, length) {
  const other = node.slotsOf(given);
  const refuse = (message) => domError('InvalidAccessError', message);
  if (other.object.type !== 'public') throw refuse('algorithm.public must be a public key');
  if (key.object.type !== 'private') throw refuse('baseKey must be a private key');
  if (other.algorithm.name !== 'ECDH' && other.algorithm.name !== 'X25519' && other.algorithm.name !== 'X448')
    throw refuse('Keys must be ECDH, X25519, or X448 keys');
  if (other.algorithm.name !== key.algorithm.name) throw refuse('The public and private keys must be of the same type');
  if (other.algorithm.namedCurve !== key.algorithm.namedCurve) throw refuse('Named curve mismatch');
  const secret = attempt(() => ops.op_crypto_agree(node.handle(key.object), node.handle(other.object)));
  if (length === null) return exact(secret);
  const size = Math.ceil(length / 8);
  if (secret.length < size) throw domError('OperationError', 'derived bit length is too small');
  const bits = new Uint8Array(secret.subarray(0, size));
  // Bits past the length are zero.
  if (length % 8 !== 0) bits[size - 1] &= 0xff << (8 - (length % 8));
  return bits.buffer;
}

const common = {
  generateKey: { params: 'EcKeyGenParams', run: generate },
  importKey: { params: 'EcKeyImportParams', run: importKey },
  exportKey,
};

module.exports = {
  agree,
  algorithms: {
    ECDSA: {
      ...common,
      sign: { params: 'EcdsaParams', run: sign },
      verify: { params: 'EcdsaParams', run: verify },
    },
    ECDH: { ...common, deriveBits: { params: 'EcdhKeyDeriveParams', run: agree } },
  },
};
