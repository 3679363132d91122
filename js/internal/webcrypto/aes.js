'use strict';

const node = require('./node.js');
const { attempt, domError } = require('./errors.js');
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

const { ops } = host;
const LENGTHS = [128, 192, 256];
const TAG_LENGTHS = [32, 64, 96, 104, 112, 120, 128];
const BLOCK = 16;
/** RFC 3394, section 2.2.3.1. */
const WRAP_IV = new Uint8Array(8).fill(0xa6);

const usagesOf = (name) => [...(name === 'AES-KW' ? [] : ['encrypt', 'decrypt']), 'wrapKey', 'unwrapKey'];

async function generate({ name, length }, extractable, usages) {
  if (!LENGTHS.includes(length)) {
    throw domError('OperationError', 'AES key length must be 128, 192, or 256 bits');
  }
  checkUsages(usages, usagesOf(name), 'an AES');
  const bytes = new Uint8Array(length / 8);
  ops.op_crypto_random(bytes);
  return node.makeCryptoKey(node.createSecretKey(bytes), { name, length }, unique(usages), extractable);
}

function checkLength(length) {
  if (!LENGTHS.includes(length)) throw domError('DataError', 'Invalid key length');
}

const jwkName = (name, length) => `A${length}${name.slice(4)}`;

function importKey({ name }, format, data, extractable, usages) {
  checkUsages(usages, usagesOf(name), 'an AES');
  let object;
  if (format === 'raw') {
    checkLength(data.byteLength * 8);
    object = node.createSecretKey(data);
  } else if (format === 'jwk') {
    checkType(data, 'oct');
    checkPurpose(data, 'enc', usages, extractable);
    object = secretFromJwk(data);
    checkLength(object.symmetricKeySize * 8);
    if (data.alg !== undefined && data.alg !== jwkName(name, object.symmetricKeySize * 8)) throw mismatch();
  } else throw domError('NotSupportedError', `Unable to import AES key with format ${format}`);
  return node.makeCryptoKey(object, { name, length: object.symmetricKeySize * 8 }, usages, extractable);
}

const exportKey = {
  raw: ({ object }) => exact(object.export()),
  jwk: (key) => exportJwk(key, { alg: jwkName(key.algorithm.name, key.algorithm.length) }),
};

/** `data` through an OpenSSL cipher; `tag` is given for decryption, and its length for encryption. */
function crypt(cipher, encrypts, key, iv, data, { additional, tag } = {}) {
  const secret = node.handle(key.object);
  const tagLength = tag === undefined ? -1 : encrypts ? tag : tag.length;
  const state = ops.op_crypto_cipher_new(`aes-${secret.length * 8}-${cipher}`, encrypts, secret, iv, tagLength);
  if (tag !== undefined && !encrypts) ops.op_crypto_cipher_set_tag(state, tag);
  if (additional !== undefined) ops.op_crypto_cipher_aad(state, additional, -1);
  const text = new Uint8Array(data.length + 2 * BLOCK);
  const length = ops.op_crypto_cipher_update(state, data, text);
  const rest = ops.op_crypto_cipher_final(state);
  const ending = tag !== undefined && encrypts ? ops.op_crypto_cipher_tag(state) : new Uint8Array(0);
  const whole = new Uint8Array(length + rest.length + ending.length);
  whole.set(text.subarray(0, length));
  whole.set(rest, length);
  whole.set(ending, length + rest.length);
  return whole.buffer;
}

function checkBlock(bytes, name) {
  if (bytes.byteLength !== BLOCK) throw domError('OperationError', `${name} must contain exactly ${BLOCK} bytes`);
}

function cbc(encrypts, key, data, { iv }) {
  checkBlock(iv, 'algorithm.iv');
  return attempt(() => crypt('cbc', encrypts, key, iv, bytesOf(data)));
}

function gcm(encrypts, key, data, { iv, additionalData, tagLength = 128 }) {
  if (!TAG_LENGTHS.includes(tagLength)) {
    throw domError('OperationError', `${tagLength} is not a valid AES-GCM tag length`);
  }
  const bytes = bytesOf(data);
  const size = tagLength / 8;
  if (encrypts) return attempt(() => crypt('gcm', true, key, iv, bytes, { additional: additionalData, tag: size }));
  if (bytes.length < size) throw domError('OperationError', 'The provided data is too small.');
  const tag = bytes.subarray(bytes.length - size);
  const text = bytes.subarray(0, bytes.length - size);
  return attempt(() => crypt('gcm', false, key, iv, text, { additional: additionalData, tag }));
}

/** The last `length` bits of the block count, and the others stay: so data may go past the counter's end once. */
function ctr(encrypts, key, data, { counter, length }) {
  checkBlock(counter, 'algorithm.counter');
  if (length === 0 || length > 128) {
    throw domError('OperationError', 'AES-CTR algorithm.length must be between 1 and 128');
  }
  const bytes = bytesOf(data);
  const run = (from, part) => crypt('ctr', encrypts, key, from, part);
  return attempt(() => {
    const blocks = Math.ceil(bytes.length / BLOCK);
    const start = BigInt(`0x${Buffer.from(counter).toString('hex')}`);
    const period = 1n << BigInt(length);
    if (BigInt(blocks) > period) throw new Error('The counter would repeat');
    const left = period - (start % period);
    if (BigInt(blocks) <= left) return run(counter, bytes);
    const cut = Number(left) * BLOCK;
    const hex = (start - (start % period)).toString(16).padStart(2 * BLOCK, '0');
    const whole = new Uint8Array(bytes.length);
    whole.set(new Uint8Array(run(counter, bytes.subarray(0, cut))));
    whole.set(new Uint8Array(run(new Uint8Array(Buffer.from(hex, 'hex')), bytes.subarray(cut))), cut);
    return whole.buffer;
  });
}

const wrap = (encrypts, key, data) => attempt(() => crypt('wrap', encrypts, key, WRAP_IV, bytesOf(data)));

const both = (crypts, params) => ({
  encrypt: { params, run: (algorithm, key, data) => crypts(true, key, data, algorithm) },
  decrypt: { params, run: (algorithm, key, data) => crypts(false, key, data, algorithm) },
});

const common = {
  generateKey: { params: 'AesKeyGenParams', run: generate },
  importKey: { run: importKey },
  exportKey,
  keyLength: {
    params: 'AesDerivedKeyParams',
    run({ length }) {
      if (!LENGTHS.includes(length)) throw domError('OperationError', 'Invalid key length');
      return length;
    },
  },
};

module.exports = {
  algorithms: {
    'AES-CBC': { ...common, ...both(cbc, 'AesCbcParams') },
    'AES-CTR': { ...common, ...both(ctr, 'AesCtrParams') },
    'AES-GCM': { ...common, ...both(gcm, 'AesGcmParams') },
    'AES-KW': {
      ...common,
      wrapKey: { run: (algorithm, key, data) => wrap(true, key, data) },
      unwrapKey: { run: (algorithm, key, data) => wrap(false, key, data) },
    },
  },
};
