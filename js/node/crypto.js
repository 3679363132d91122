'use strict';

// Node's crypto over src/host/crypto.rs: hashes, HMAC, random values, constant-time comparison.

const { Transform } = require('node:stream');
const {
  invalidArgType, invalidArgValue, nodeError, outOfRange, validateFunction, validateInteger, validateString,
} = require('../internal/errors.js');

const { ops } = host;

// OpenSSL's names for each algorithm, besides its own.
const aliases = {
  md5: ['RSA-MD5', 'ssl3-md5', 'md5WithRSAEncryption'],
  sha1: ['RSA-SHA1', 'RSA-SHA1-2', 'sha-1', 'ssl3-sha1', 'sha1WithRSAEncryption'],
  sha224: ['RSA-SHA224', 'sha-224', 'sha2-224', 'sha224WithRSAEncryption'],
  sha256: ['RSA-SHA256', 'sha-256', 'sha2-256', 'sha256WithRSAEncryption'],
  sha384: ['RSA-SHA384', 'sha-384', 'sha2-384', 'sha384WithRSAEncryption'],
  sha512: ['RSA-SHA512', 'sha-512', 'sha2-512', 'sha512WithRSAEncryption'],
  'sha512-224': ['RSA-SHA512/224', 'sha-512/224', 'sha2-512/224', 'sha512-224WithRSAEncryption'],
  'sha512-256': ['RSA-SHA512/256', 'sha-512/256', 'sha2-512/256', 'sha512-256WithRSAEncryption'],
};
const algorithms = { __proto__: null };
for (const [name, others] of Object.entries(aliases)) {
  for (const other of [name, ...others]) algorithms[other.toLowerCase()] = name;
}

function opensslError(message, library, reason, code) {
  return Object.assign(new Error(message), { library, reason, code });
}

const algorithmOf = (name) => algorithms[name] ?? algorithms[name.toLowerCase()];

const isBytes = (value) => ArrayBuffer.isView(value);
const isAnyBuffer = (value) => value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer);

/** The bytes under any view or buffer. */
function bytesOf(value) {
  if (value instanceof Uint8Array) return value;
  if (isBytes(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return new Uint8Array(value);
}

function checkData(data, name = 'data') {
  if (typeof data !== 'string' && !isBytes(data)) {
    throw invalidArgType(name, 'of type string or an instance of Buffer, TypedArray, or DataView', data);
  }
}

/** Digest bytes as the caller asked for them. */
function encoded(digest, encoding) {
  const buffer = Buffer.from(digest.buffer);
  return Buffer.isEncoding(encoding) ? buffer.toString(encoding) : buffer;
}

// Most functions hash one short text: nothing is made on the Rust side before it is known that there is more.
const BUFFERED = 64 * 1024;

/** What Hash and Hmac share: the chunks so far, and the state in Rust once there is one. */
class Digester {
  constructor(algorithm, key) {
    this.algorithm = algorithm;
    this.key = key;
    this.chunks = [];
    this.size = 0;
    this.state = undefined;
    this.finalized = false;
  }

  update(data, encoding) {
    if (typeof data === 'string') {
      // Text stays text while it is all there is.
      const utf8 = encoding === undefined || encoding === 'utf8' || encoding === 'utf-8' || !Buffer.isEncoding(encoding);
      this.push(utf8 ? data : Buffer.from(data, encoding));
    } else {
      // The caller may change its bytes before the digest is taken.
      this.push(bytesOf(data).slice());
    }
  }

  push(chunk) {
    if (this.state !== undefined) {
      ops.op_crypto_update(this.state, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      return;
    }
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size > BUFFERED) this.start();
  }

  start() {
    const { algorithm, key, chunks } = this;
    this.state = key === undefined ? ops.op_crypto_hash_new(algorithm) : ops.op_crypto_hmac_new(algorithm, key);
    this.chunks = [];
    for (const chunk of chunks) this.push(chunk);
  }

  bytes() {
    const { chunks } = this;
    if (chunks.length === 1) return typeof chunks[0] === 'string' ? Buffer.from(chunks[0]) : chunks[0];
    return Buffer.concat(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)));
  }

  digest() {
    this.finalized = true;
    if (this.state !== undefined) return ops.op_crypto_digest(this.state);
    if (this.key !== undefined) return ops.op_crypto_hmac(this.algorithm, this.key, this.bytes());
    const [first] = this.chunks;
    if (this.chunks.length === 1 && typeof first === 'string') return ops.op_crypto_hash_text(this.algorithm, first);
    return ops.op_crypto_hash(this.algorithm, this.bytes());
  }

  copy() {
    const copy = new Digester(this.algorithm, this.key);
    copy.chunks = [...this.chunks];
    copy.size = this.size;
    if (this.state !== undefined) copy.state = ops.op_crypto_copy(this.state);
    return copy;
  }
}

const kDigester = Symbol('state');
// Being a stream costs more than hashing, and few use it: that part is made at the first touch.
const kStream = Symbol('stream');

/** A property that console.log does not show. */
const hide = (object, key, value) => Object.defineProperty(object, key, { value, writable: true, configurable: true });

/** Gives `Class` the members of a Transform, which come to life when they are first used. */
function streamLazily(Class) {
  Object.setPrototypeOf(Class.prototype, Transform.prototype);
  Object.setPrototypeOf(Class, Transform);
  for (const name of ['_readableState', '_writableState', '_events', '_eventsCount', '_maxListeners', 'allowHalfOpen']) {
    Object.defineProperty(Class.prototype, name, {
      configurable: true,
      get() {
        // Transform itself asks for some while it makes them, and of prototypes.
        if (this[kStream] || !Object.hasOwn(this, kDigester)) return undefined;
        begin(this);
        return this[name];
      },
      set(value) {
        Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true });
      },
    });
  }
}

function begin(self) {
  hide(self, kStream, true);
  Reflect.apply(Transform, self, [self._options]);
}

function Hash(algorithm, options) {
  if (!new.target) return new Hash(algorithm, options);
  if (algorithm instanceof Digester) {
    hide(this, kDigester, algorithm);
    return;
  }
  validateString(algorithm, 'algorithm');
  const known = algorithmOf(algorithm);
  if (known === undefined) {
    throw new Error('Digest method not supported');
  }
  const length = options?.outputLength;
  if (length !== undefined) {
    validateInteger(length, 'outputLength', 0, 2 ** 32 - 1);
    const [, size] = /(\d+)$/.exec({ md5: '128', sha1: '160' }[known] ?? known);
    if (length * 8 !== Number(size)) {
      throw opensslError('error:030000B2:digital envelope routines::not XOF or invalid length', 'digital envelope routines', 'not XOF or invalid length', 'ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH');
    }
  }
  hide(this, kDigester, new Digester(known));
  this._options = options;
}
streamLazily(Hash);

function Hmac(algorithm, key, options) {
  if (!new.target) return new Hmac(algorithm, key, options);
  validateString(algorithm, 'hmac');
  const encoding = options?.encoding;
  if (typeof key !== 'string' && !isBytes(key) && !isAnyBuffer(key)) {
    throw invalidArgType(
      'key',
      'of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey',
      key,
    );
  }
  const known = algorithmOf(algorithm);
  if (known === undefined) throw nodeError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${algorithm}`);
  const bytes = typeof key === 'string' ? Buffer.from(key, encoding === 'buffer' ? 'utf8' : encoding) : bytesOf(key).slice();
  hide(this, kDigester, new Digester(known, bytes));
  this._options = options;
}
streamLazily(Hmac);

for (const Class of [Hash, Hmac]) {
  Object.assign(Class.prototype, {
    update(data, encoding) {
      const digester = this[kDigester];
      if (digester.finalized) throw nodeError(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
      checkData(data);
      if (typeof data === 'string' && encoding === 'hex' && data.length % 2 !== 0) {
        throw invalidArgValue('encoding', encoding, `is invalid for data of length ${data.length}`);
      }
      digester.update(data, encoding);
      return this;
    },
    _transform(chunk, encoding, callback) {
      this[kDigester].update(chunk, encoding);
      callback();
    },
    _flush(callback) {
      this.push(encoded(this[kDigester].digest()));
      callback();
    },
  });
}

Hash.prototype.digest = function digest(encoding) {
  const digester = this[kDigester];
  if (digester.finalized) throw nodeError(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
  return encoded(digester.digest(), encoding);
};
Hash.prototype.copy = function copy(options) {
  const digester = this[kDigester];
  if (digester.finalized) throw nodeError(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
  const other = new Hash(digester.copy());
  other._options = options;
  return other;
};
// A second digest of an HMAC is empty, not an error, in Node.
Hmac.prototype.digest = function digest(encoding) {
  const digester = this[kDigester];
  if (digester.finalized) return encoded(new Uint8Array(0), encoding);
  return encoded(digester.digest(), encoding);
};

function hash(algorithm, data, encoding = 'hex') {
  validateString(algorithm, 'algorithm');
  checkData(data, 'input');
  if (encoding !== 'buffer' && !Buffer.isEncoding(encoding)) throw invalidArgValue('outputEncoding', encoding);
  return new Hash(algorithm).update(data).digest(encoding);
}

const MAX = 2 ** 31 - 1;

function randomBytes(size, callback) {
  if (typeof size !== 'number') throw invalidArgType('size', 'of type number', size);
  if (!(size >= 0 && size <= MAX)) throw outOfRange('size', `>= 0 && <= ${MAX}`, size);
  if (callback !== undefined) validateFunction(callback, 'callback');
  const bytes = Buffer.alloc(size);
  ops.op_crypto_random(bytes);
  if (callback === undefined) return bytes;
  setImmediate(callback, null, bytes);
  return undefined;
}

function randomFillSync(buffer, offset = 0, size) {
  if (!isBytes(buffer) && !isAnyBuffer(buffer)) throw invalidArgType('buf', 'an instance of ArrayBuffer or ArrayBufferView', buffer);
  const width = buffer.BYTES_PER_ELEMENT ?? 1;
  const length = buffer.byteLength;
  if (typeof offset !== 'number') throw invalidArgType('offset', 'of type number', offset);
  const start = offset * width;
  if (!(start >= 0 && start <= length)) throw outOfRange('offset', `>= 0 && <= ${Math.min(length, MAX)}`, start);
  if (size !== undefined && typeof size !== 'number') throw invalidArgType('size', 'of type number', size);
  const count = size === undefined ? length - start : size * width;
  if (!(count >= 0)) throw outOfRange('size', `>= 0 && <= ${MAX}`, count);
  if (start + count > length) throw outOfRange('size + offset', `<= ${length}`, start + count);
  ops.op_crypto_random(bytesOf(buffer).subarray(start, start + count));
  return buffer;
}

function getRandomValues(array) {
  return randomFillSync(array);
}

function randomFill(buffer, offset, size, callback) {
  if (typeof offset === 'function') [offset, size, callback] = [0, undefined, offset];
  else if (typeof size === 'function') [size, callback] = [undefined, size];
  validateFunction(callback, 'callback');
  randomFillSync(buffer, offset, size);
  setImmediate(callback, null, buffer);
}

/** A random number of 48 bits. */
function random48() {
  const bytes = new Uint8Array(6);
  ops.op_crypto_random(bytes);
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

function randomInt(min, max, callback) {
  if (max === undefined || typeof max === 'function') [min, max, callback] = [0, min, max];
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (!Number.isSafeInteger(min)) throw invalidArgType('min', 'a safe integer', min);
  if (!Number.isSafeInteger(max)) throw invalidArgType('max', 'a safe integer', max);
  if (max <= min) throw outOfRange('max', `greater than the value of "min" (${min})`, max);
  const range = max - min;
  const limit = 2 ** 48;
  if (!(range <= limit - 1)) throw outOfRange('max - min', `<= ${limit - 1}`, range);
  // Numbers past the last whole multiple would make the low results likelier.
  const fair = limit - (limit % range);
  let number;
  do number = random48();
  while (number >= fair);
  const result = (number % range) + min;
  if (callback === undefined) return result;
  process.nextTick(callback, undefined, result);
  return undefined;
}

function randomUUID(options) {
  if (options !== undefined && (options === null || typeof options !== 'object')) throw invalidArgType('options', 'of type object', options);
  const bytes = Buffer.alloc(16);
  ops.op_crypto_random(bytes);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function timingSafeEqual(a, b) {
  for (const [name, value] of [['buf1', a], ['buf2', b]]) {
    if (!isBytes(value) && !isAnyBuffer(value)) {
      // Node says this one without what it received.
      throw nodeError(TypeError, 'ERR_INVALID_ARG_TYPE', `The "${name}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`);
    }
  }
  if (a.byteLength !== b.byteLength) {
    throw nodeError(RangeError, 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', 'Input buffers must have the same byte length');
  }
  return ops.op_crypto_equal(bytesOf(a), bytesOf(b));
}

const crypto = {
  createHash: (algorithm, options) => new Hash(algorithm, options),
  createHmac: (algorithm, key, options) => new Hmac(algorithm, key, options),
  getHashes: () => [
    'RSA-MD5', 'RSA-SHA1', 'RSA-SHA1-2', 'RSA-SHA224', 'RSA-SHA256', 'RSA-SHA384', 'RSA-SHA512', 'RSA-SHA512/224', 'RSA-SHA512/256',
    'md5', 'md5WithRSAEncryption', 'sha1', 'sha1WithRSAEncryption', 'sha224', 'sha224WithRSAEncryption', 'sha256', 'sha256WithRSAEncryption',
    'sha384', 'sha384WithRSAEncryption', 'sha512', 'sha512-224', 'sha512-224WithRSAEncryption', 'sha512-256', 'sha512-256WithRSAEncryption',
    'sha512WithRSAEncryption', 'ssl3-md5', 'ssl3-sha1',
  ],
  Hash,
  Hmac,
  hash,
  pseudoRandomBytes: randomBytes,
  prng: randomBytes,
  rng: randomBytes,
  randomBytes,
  randomFill,
  randomFillSync,
  getRandomValues,
  randomInt,
  randomUUID,
  timingSafeEqual,
};

// The rest of Node's module is there by name, and says what it is when it is used.
for (const name of [
  'Certificate', 'Cipher', 'Cipheriv', 'Decipher', 'Decipheriv', 'DiffieHellman', 'DiffieHellmanGroup', 'ECDH', 'KeyObject', 'Sign', 'Verify',
  'X509Certificate', 'checkPrime', 'checkPrimeSync', 'createCipheriv', 'createDecipheriv', 'createDiffieHellman', 'createDiffieHellmanGroup',
  'createECDH', 'createPrivateKey', 'createPublicKey', 'createSecretKey', 'createSign', 'createVerify', 'diffieHellman', 'generateKey',
  'generateKeyPair', 'generateKeyPairSync', 'generateKeySync', 'generatePrime', 'generatePrimeSync', 'getCipherInfo', 'getCiphers', 'getCurves',
  'getDiffieHellman', 'hkdf', 'hkdfSync', 'pbkdf2', 'pbkdf2Sync', 'privateDecrypt', 'privateEncrypt', 'publicDecrypt',
  'publicEncrypt', 'scrypt', 'scryptSync', 'sign', 'verify',
]) {
  crypto[name] = {
    [name]: function () {
      throw new Error(`crypto.${name} is not available in segfn yet`);
    },
  }[name];
}
for (const name of ['constants', 'subtle', 'webcrypto']) {
  Object.defineProperty(crypto, name, {
    configurable: true,
    get() {
      throw new Error(`crypto.${name} is not available in segfn yet`);
    },
  });
}

module.exports = crypto;
