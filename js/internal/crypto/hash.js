'use strict';

const { invalidArgType, invalidArgValue, nodeError, validateInteger, validateString } = require('../node-error.js');
const {
  KEY_TYPES,
  bytesOf,
  copyOf,
  encoded,
  hide,
  invalidDigest,
  isAnyBuffer,
  isBytes,
  toBuffer,
  validateEncoding,
} = require('./util.js');
const { mayStream, streamLazily } = require('./lazy-stream.js');

const { ops } = host;

// Most functions hash one short text. So there is no state in Rust before there are more bytes than this.
const BUFFERED = 64 * 1024;

/** What Hash, Hmac, Sign and Verify share: the chunks so far, and the state in Rust once there is one. */
class Digester {
  constructor(algorithm, key, length = -1) {
    this.algorithm = algorithm;
    this.key = key;
    this.length = length;
    this.chunks = [];
    this.size = 0;
    this.state = undefined;
    this.finalized = false;
  }

  update(data, encoding) {
    if (typeof data === 'string') {
      // A text stays a text, for which there is an op, while it is all there is.
      const utf8 =
        encoding === undefined || encoding === 'utf8' || encoding === 'utf-8' || !Buffer.isEncoding(encoding);
      this.push(utf8 ? data : Buffer.from(data, encoding));
    } else {
      this.push(bytesOf(data));
    }
  }

  push(chunk) {
    this.size += chunk.length;
    if (this.state !== undefined || this.size > BUFFERED) {
      ops.op_crypto_update(this.start(), typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      return;
    }
    // The caller may change its bytes before the digest is taken.
    this.chunks.push(typeof chunk === 'string' ? chunk : copyOf(chunk));
  }

  /** The state in Rust, with all that was given so far. */
  start() {
    if (this.state !== undefined) return this.state;
    const { algorithm, key, chunks } = this;
    this.state = key === undefined ? ops.op_crypto_hash_new(algorithm) : ops.op_crypto_hmac_new(algorithm, key);
    this.chunks = [];
    for (const chunk of chunks)
      ops.op_crypto_update(this.state, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    return this.state;
  }

  bytes() {
    const { chunks } = this;
    if (chunks.length === 1) return typeof chunks[0] === 'string' ? Buffer.from(chunks[0]) : chunks[0];
    return Buffer.concat(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)));
  }

  digest() {
    this.finalized = true;
    if (this.state !== undefined || this.length >= 0) return ops.op_crypto_digest(this.start(), this.length);
    if (this.key !== undefined) return ops.op_crypto_hmac(this.algorithm, this.key, this.bytes());
    const [first] = this.chunks;
    if (this.chunks.length === 1 && typeof first === 'string') return ops.op_crypto_hash_text(this.algorithm, first);
    return ops.op_crypto_hash(this.algorithm, this.bytes());
  }

  copy(length) {
    const copy = new Digester(this.algorithm, this.key, length);
    copy.chunks = [...this.chunks];
    copy.size = this.size;
    if (this.state !== undefined) copy.state = ops.op_crypto_copy(this.state);
    return copy;
  }
}

const sizes = { __proto__: null };

/** The length of an algorithm's digest; negative if there is no such algorithm. */
function sizeOf(algorithm) {
  const known = sizes[algorithm];
  if (known !== undefined) return known;
  const size = ops.op_crypto_hash_size(algorithm);
  if (size >= 0) sizes[algorithm] = size;
  return size;
}

/** The length that the options ask for; negative if it is the algorithm's own. */
function wantedLength(algorithm, options) {
  const length = options?.outputLength;
  if (length === undefined) return -1;
  validateInteger(length, 'options.outputLength', 0, 2 ** 32 - 1);
  if (length === sizeOf(algorithm)) return -1;
  if (!/^shake/i.test(algorithm)) {
    const reason = 'not XOF or invalid length';
    throw Object.assign(new Error(`error:030000B2:digital envelope routines::${reason}`), {
      library: 'digital envelope routines',
      reason,
      code: 'ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH',
    });
  }
  return length;
}

const kDigester = Symbol('state');
const kFlushed = Symbol('flushed');

function finalized() {
  return nodeError(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called', finalized);
}

function Hash(algorithm, options) {
  if (!new.target) return new Hash(algorithm, options);
  if (!(algorithm instanceof Digester)) {
    validateString(algorithm, 'algorithm');
    if (sizeOf(algorithm) < 0) throw new Error('Digest method not supported');
    algorithm = new Digester(algorithm.toLowerCase(), undefined, wantedLength(algorithm, options));
  }
  hide(this, kDigester, algorithm);
  mayStream(this, options);
}
streamLazily(Hash);

function Hmac(algorithm, key, options) {
  if (!new.target) return new Hmac(algorithm, key, options);
  validateString(algorithm, 'hmac');
  const bytes = hmacKey(key, options?.encoding);
  if (sizeOf(algorithm) < 0) throw invalidDigest(algorithm);
  hide(this, kDigester, new Digester(algorithm.toLowerCase(), bytes));
  mayStream(this, options);
}
streamLazily(Hmac);

function hmacKey(key, encoding) {
  if (typeof key === 'string') return Buffer.from(key, encoding === 'buffer' ? 'utf8' : encoding);
  if (isBytes(key) || isAnyBuffer(key)) return copyOf(bytesOf(key));
  const secret = key !== null && typeof key === 'object' ? require('./keys.js').secretBytes(key) : undefined;
  if (secret === undefined) throw invalidArgType('key', KEY_TYPES, key);
  return secret;
}

for (const Class of [Hash, Hmac]) {
  Object.assign(Class.prototype, {
    update(data, encoding) {
      const digester = this[kDigester];
      if (digester.finalized) throw finalized();
      checkData(data);
      if (typeof data === 'string') validateEncoding(data, encoding);
      digester.update(data, encoding);
      return this;
    },
    _transform(chunk, encoding, callback) {
      this[kDigester].update(chunk, encoding);
      callback();
    },
    _flush(callback) {
      const bytes = this[kDigester].digest();
      // What a stream has seen can still be read once by `digest`; of an HMAC it is empty then.
      hide(this, kFlushed, bytes);
      this.push(toBuffer(copyOf(bytes)));
      callback();
    },
  });
}

function checkData(data, name = 'data') {
  if (typeof data !== 'string' && !isBytes(data)) {
    throw invalidArgType(name, 'of type string or an instance of Buffer, TypedArray, or DataView', data);
  }
}

Hash.prototype.digest = function digest(encoding) {
  const digester = this[kDigester];
  encoding &&= `${encoding}`;
  const flushed = this[kFlushed];
  if (flushed !== undefined) {
    hide(this, kFlushed, undefined);
    return encoded(flushed, encoding);
  }
  if (digester.finalized) throw finalized();
  return encoded(digester.digest(), encoding);
};
Hash.prototype.copy = function copy(options) {
  const digester = this[kDigester];
  if (digester.finalized) throw finalized();
  const other = new Hash(digester.copy(wantedLength(digester.algorithm, options)));
  other._options = options;
  return other;
};
// In Node, a second digest of an HMAC is empty and not an error.
Hmac.prototype.digest = function digest(encoding) {
  const digester = this[kDigester];
  encoding &&= `${encoding}`;
  if (digester.finalized) return encoded(new Uint8Array(0), encoding);
  return encoded(digester.digest(), encoding);
};

module.exports = {
  Digester,
  Hash,
  Hmac,
  createHash: (algorithm, options) => new Hash(algorithm, options),
  createHmac: (algorithm, key, options) => new Hmac(algorithm, key, options),
  // This is a method because the bundler would rename a function.
  hash(algorithm, data, encoding = 'hex') {
    validateString(algorithm, 'algorithm');
    checkData(data, 'input');
    if (encoding !== 'buffer' && !Buffer.isEncoding(encoding)) throw invalidArgValue('outputEncoding', encoding);
    return new Hash(algorithm).update(data).digest(encoding);
  },
};
