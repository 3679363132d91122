'use strict';

const {
  invalidArgType,
  invalidArgValue,
  nodeError,
  unknownEncoding,
  validateInteger,
  validateString,
} = require('../node-error.js');
const {
  KEY_TYPES,
  hide,
  isByteSource,
  isBytes,
  toBuffer,
  toBytes,
  validateEncoding,
  validateObject,
} = require('./util.js');
const { mayStream, streamLazily } = require('./lazy-stream.js');

const { ops } = host;
const kState = Symbol('state');
const MAX_BLOCK = 32;
/** OpenSSL's lengths have 31 bits, and there may be a block more. */
const MAX_INPUT = 2 ** 31 - 1 - MAX_BLOCK;

function uintOption(options, name) {
  const value = options?.[name];
  if (value == null) return -1;
  if (value !== value >>> 0) throw invalidArgValue(`options.${name}`, value);
  return value;
}

/** The bytes of a key, which is given as bytes, a text or a secret KeyObject. */
function keyBytes(key, encoding) {
  if (isByteSource(key)) return toBytes(key, 'key', encoding);
  const secret = key !== null && typeof key === 'object' ? require('./keys.js').secretBytes(key) : undefined;
  if (secret === undefined) throw invalidArgType('key', KEY_TYPES, key);
  return secret;
}

function begin(self, encrypts, cipher, key, iv, options) {
  validateString(cipher, 'cipher');
  const encoding = options?.encoding;
  if (encoding != null) validateString(encoding, 'options.encoding');
  key = keyBytes(key, encoding);
  iv = iv === null ? null : toBytes(iv, 'iv');
  hide(self, kState, ops.op_crypto_cipher_new(cipher, encrypts, key, iv, uintOption(options, 'authTagLength')));
  self._decoder = null;
  mayStream(self, options);
}

function Cipheriv(cipher, key, iv, options) {
  if (!new.target) return new Cipheriv(cipher, key, iv, options);
  begin(this, true, cipher, key, iv, options);
}

function Decipheriv(cipher, key, iv, options) {
  if (!new.target) return new Decipheriv(cipher, key, iv, options);
  begin(this, false, cipher, key, iv, options);
}

/** The key and IV that the deprecated classes derive from a password, by OpenSSL's EVP_BytesToKey with MD5 and no salt. */
function fromPassword(cipher, password) {
  validateString(cipher, 'cipher');
  password = keyBytes(password);
  const info = ops.op_crypto_cipher_info(cipher, -1, -1);
  const keyLength = info?.keyLength ?? 0;
  const length = keyLength + (info?.ivLength ?? 0);
  let bytes = Buffer.alloc(0);
  let block = bytes;
  while (bytes.length < length) {
    block = toBuffer(ops.op_crypto_hash('md5', Buffer.concat([block, password])));
    bytes = Buffer.concat([bytes, block]);
  }
  return [bytes.subarray(0, keyLength), info?.ivLength ? bytes.subarray(keyLength, length) : null];
}

function Cipher(cipher, password, options) {
  if (!new.target) return new Cipher(cipher, password, options);
  begin(this, true, cipher, ...fromPassword(cipher, password), options);
}

function Decipher(cipher, password, options) {
  if (!new.target) return new Decipher(cipher, password, options);
  begin(this, false, cipher, ...fromPassword(cipher, password), options);
}

/** Bytes as a text in `encoding`, or as a Buffer. A decoder keeps the first bytes of a character for the next call. */
function decoded(self, bytes, encoding, last) {
  const buffer = toBuffer(bytes);
  if (!encoding || encoding === 'buffer') return buffer;
  if (!Buffer.isEncoding(encoding)) throw unknownEncoding(encoding);
  const { StringDecoder } = require('node:string_decoder');
  self._decoder ??= new StringDecoder(encoding);
  if (self._decoder.encoding !== new StringDecoder(encoding).encoding) {
    const advice = `This is caused by either a bug in Node.js or incorrect usage of Node.js internals.
Please open an issue with this stack trace at https://github.com/nodejs/node/issues\n`;
    throw nodeError(Error, 'ERR_INTERNAL_ASSERTION', `Cannot change encoding\n${advice}`);
  }
  return last ? self._decoder.end(buffer) : self._decoder.write(buffer);
}

for (const Class of [Cipheriv, Decipheriv, Cipher, Decipher]) {
  streamLazily(Class);
  Object.assign(Class.prototype, {
    update(data, inputEncoding, outputEncoding) {
      if (typeof data === 'string') validateEncoding(data, inputEncoding);
      else if (!isBytes(data)) {
        throw invalidArgType('data', 'of type string or an instance of Buffer, TypedArray, or DataView', data);
      }
      const bytes = toBytes(data, 'data', inputEncoding);
      if (bytes.length > MAX_INPUT) throw new Error('Trying to add data in unsupported state');
      const text = Buffer.alloc(bytes.length + MAX_BLOCK);
      const length = ops.op_crypto_cipher_update(this[kState], bytes, text);
      return decoded(this, text.subarray(0, length), outputEncoding, false);
    },
    final(outputEncoding) {
      return decoded(this, ops.op_crypto_cipher_final(this[kState]), outputEncoding, true);
    },
    setAutoPadding(padding = true) {
      ops.op_crypto_cipher_padding(this[kState], Boolean(padding));
      return this;
    },
    setAAD(data, options) {
      const encoding = options?.encoding;
      if (encoding != null) validateString(encoding, 'options.encoding');
      const length = uintOption(options, 'plaintextLength');
      ops.op_crypto_cipher_aad(this[kState], toBytes(data, 'aadbuf', encoding), length);
      return this;
    },
    _transform(chunk, encoding, callback) {
      let bytes;
      try {
        bytes = this.update(chunk, encoding);
      } catch (error) {
        callback(error);
        return;
      }
      this.push(bytes);
      callback();
    },
    _flush(callback) {
      let bytes;
      try {
        bytes = this.final();
      } catch (error) {
        callback(error);
        return;
      }
      this.push(bytes);
      callback();
    },
  });
}

for (const Class of [Cipheriv, Cipher]) {
  Class.prototype.getAuthTag = function getAuthTag() {
    return toBuffer(ops.op_crypto_cipher_tag(this[kState]));
  };
}
for (const Class of [Decipheriv, Decipher]) {
  Class.prototype.setAuthTag = function setAuthTag(tag, encoding) {
    ops.op_crypto_cipher_set_tag(this[kState], toBytes(tag, 'buffer', encoding));
    return this;
  };
}

function getCipherInfo(nameOrNid, options) {
  if (typeof nameOrNid !== 'string' && typeof nameOrNid !== 'number') {
    throw invalidArgType('nameOrNid', 'one of type string or number', nameOrNid);
  }
  if (typeof nameOrNid === 'number') validateInteger(nameOrNid, 'nameOrNid', -(2 ** 31), 2 ** 31 - 1);
  if (options !== undefined) {
    validateObject(options, 'options');
    for (const name of ['keyLength', 'ivLength']) {
      if (options[name] !== undefined) validateInteger(options[name], `options.${name}`, -(2 ** 31), 2 ** 31 - 1);
    }
  }
  const info = ops.op_crypto_cipher_info(String(nameOrNid), options?.keyLength ?? -1, options?.ivLength ?? -1);
  return info ? { ...info } : undefined;
}

module.exports = {
  Cipher,
  Cipheriv,
  Decipher,
  Decipheriv,
  createCipher: (cipher, password, options) => new Cipher(cipher, password, options),
  createCipheriv: (cipher, key, iv, options) => new Cipheriv(cipher, key, iv, options),
  createDecipher: (cipher, password, options) => new Decipher(cipher, password, options),
  createDecipheriv: (cipher, key, iv, options) => new Decipheriv(cipher, key, iv, options),
  getCipherInfo,
};
