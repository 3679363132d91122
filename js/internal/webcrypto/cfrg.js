'use strict';

// The curves of RFC 7748 and RFC 8032: Ed25519, Ed448, X25519, X448.

const node = require('./node.js');
const { attempt, domError, failed, readKey } = require('./errors.js');
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
  generatePair,
  makePair,
  mismatch,
} = require('./keys.js');
const { agree } = require('./ec.js');

const { ops } = host;

/** The length of a key in bytes. */
const SIZES = { __proto__: null, Ed25519: 32, Ed448: 57, X25519: 32, X448: 56 };

const signs = (name) => name[0] === 'E';
const usagesOf = (name) => (signs(name) ? [['verify'], ['sign']] : [[], ['deriveKey', 'deriveBits']]);

async function generate({ name }, extractable, usages) {
  const [forPublic, forPrivate] = usagesOf(name);
  checkUsages(usages, [...forPublic, ...forPrivate], `an ${name}`);
  const pair = await generatePair(name.toLowerCase()).catch((error) => {
    throw failed(error);
  });
  const { publicKey, privateKey } = makePair(
    pair,
    { name },
    among(usages, forPublic),
    among(usages, forPrivate),
    extractable,
  );
  // Node's order.
  return { __proto__: null, privateKey, publicKey };
}

/** A key from its bytes: `x` is the public one, and `d` the private one. */
function fromBytes(name, part, data) {
  if (data.byteLength !== SIZES[name]) {
    throw domError('DataError', `${name} raw keys must be exactly ${SIZES[name]}-bytes`);
  }
  const text = Buffer.from(bytesOf(data)).toString('base64url');
  return readKey(() => {
    const handle = ops.op_crypto_key_from_jwk({ kty: 'OKP', crv: name, [part]: text }, part === 'd');
    return part === 'd' ? new node.PrivateKeyObject(handle) : new node.PublicKeyObject(handle);
  });
}

function fromJwk(name, { x, d }) {
  return readKey(() => {
    const publicKey = fromBytes(name, 'x', Buffer.from(x, 'base64'));
    if (d === undefined) return publicKey;
    const privateKey = fromBytes(name, 'd', Buffer.from(d, 'base64'));
    if (!node.createPublicKey(privateKey).equals(publicKey)) throw new TypeError('Invalid JWK data');
    return privateKey;
  });
}

function importKey({ name }, format, data, extractable, usages) {
  const check = (isPublic) => checkUsages(usages, usagesOf(name)[isPublic ? 0 : 1], `a ${name}`);
  let object;
  if (format === 'jwk') {
    checkType(data, 'OKP');
    if (data.crv !== name) throw domError('DataError', 'JWK "crv" Parameter and algorithm name mismatch');
    checkPurpose(data, signs(name) ? 'sig' : 'enc', usages, extractable);
    if (data.alg !== undefined && signs(name) && data.alg !== name && data.alg !== 'EdDSA') throw mismatch();
    if (data.d !== undefined && typeof data.x !== 'string') throw domError('DataError', 'Invalid JWK');
    check(data.d === undefined);
    object = fromJwk(name, data);
  } else {
    check(format !== 'pkcs8');
    object = format === 'raw' ? fromBytes(name, 'x', data) : fromDer(format, data);
  }
  if (object.asymmetricKeyType !== name.toLowerCase()) throw domError('DataError', 'Invalid key type');
  return node.makeCryptoKey(object, { name }, usages, extractable);
}

const exportKey = {
  raw: ({ object }) => exact(Buffer.from(object.export({ format: 'jwk' }).x, 'base64url')),
  spki: exportDer,
  pkcs8: exportDer,
  jwk: (key) => exportJwk(key, signs(key.algorithm.name) ? { alg: key.algorithm.name } : {}),
};

const OPTIONS = { padding: null, saltLength: null, plain: false };

function checkContext({ name, context }) {
  if (name === 'Ed448' && context?.byteLength) {
    throw domError('NotSupportedError', 'Non zero-length context is not yet supported.');
  }
}

function sign(algorithm, key, data) {
  checkIs(key, 'private');
  checkContext(algorithm);
  return attempt(() => exact(ops.op_crypto_sign(null, bytesOf(data), node.handle(key.object), OPTIONS)));
}

function verify(algorithm, key, data, signature) {
  checkIs(key, 'public');
  checkContext(algorithm);
  return attempt(() => ops.op_crypto_verify(null, bytesOf(data), node.handle(key.object), bytesOf(signature), OPTIONS));
}

const common = { generateKey: { run: generate }, importKey: { run: importKey }, exportKey };
const signing = (params) => ({ ...common, sign: { params, run: sign }, verify: { params, run: verify } });
const agreeing = { ...common, deriveBits: { params: 'EcdhKeyDeriveParams', run: agree } };

module.exports = {
  algorithms: { Ed25519: signing(), Ed448: signing('Ed448Params'), X25519: agreeing, X448: agreeing },
};
