'use strict';

const { Writable } = require('node:stream');
const {
  invalidArgType,
  invalidArgValue,
  nativeError,
  nodeError,
  validateFunction,
  validateString,
} = require('../node-error.js');
const { callLater, encoded, hide, isAnyBuffer, isBytes, toBuffer, toBytes, validateEncoding } = require('./util.js');
const { Digester } = require('./hash.js');
const keys = require('./keys.js');

const { ops } = host;

function intOption(options, name) {
  const value = options[name];
  if (value === undefined || value === value >> 0) return value;
  throw invalidArgValue(`options.${name}`, value);
}

/** The options of a signature, which are given with the key. */
function readOptions(key) {
  const options = typeof key === 'object' ? key : {};
  const padding = intOption(options, 'padding') ?? null;
  const saltLength = intOption(options, 'saltLength') ?? null;
  const encoding = options.dsaEncoding;
  if (encoding !== undefined && encoding !== 'der' && encoding !== 'ieee-p1363')
    throw invalidArgValue('options.dsaEncoding', encoding);
  return { padding, saltLength, plain: encoding === 'ieee-p1363' };
}

const kDigester = Symbol('state');

/** Begins a Sign or a Verify, which hash what is written to them. */
function begin(self, algorithm, options) {
  validateString(algorithm, 'algorithm');
  // An old name of SHA-1 with DSA.
  if (algorithm === 'dss1' || algorithm === 'DSS1') algorithm = 'sha1';
  if (ops.op_crypto_hash_size(algorithm) < 0)
    throw nativeError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', 'Invalid digest');
  hide(self, kDigester, new Digester(algorithm.toLowerCase()));
  Reflect.apply(Writable, self, [options]);
}

/** Takes the state of the hash, which is possible only once. */
function take(self) {
  const digester = self[kDigester];
  if (digester.finalized) throw notInitialised();
  digester.finalized = true;
  return digester.start();
}

function notInitialised() {
  return nativeError(Error, 'ERR_CRYPTO_INVALID_STATE', 'Not initialised');
}

function keyRequired() {
  return nodeError(Error, 'ERR_CRYPTO_SIGN_KEY_REQUIRED', 'No key provided to sign', keyRequired);
}

function Sign(algorithm, options) {
  if (!new.target) return new Sign(algorithm, options);
  begin(this, algorithm, options);
}

function Verify(algorithm, options) {
  if (!new.target) return new Verify(algorithm, options);
  begin(this, algorithm, options);
}

for (const Class of [Sign, Verify]) {
  Object.setPrototypeOf(Class.prototype, Writable.prototype);
  Object.setPrototypeOf(Class, Writable);
  Object.assign(Class.prototype, {
    _write(chunk, encoding, callback) {
      this.update(chunk, encoding);
      callback();
    },
    update(data, encoding) {
      if (typeof data === 'string') validateEncoding(data, encoding);
      else if (!isBytes(data)) {
        throw invalidArgType('data', 'of type string or an instance of Buffer, TypedArray, or DataView', data);
      }
      if (this[kDigester].finalized) throw notInitialised();
      this[kDigester].update(data, encoding);
      return this;
    },
  });
}

Sign.prototype.sign = function sign(key, encoding) {
  if (!key) throw keyRequired();
  const handle = keys.privateHandle(key);
  const options = readOptions(key);
  return encoded(ops.op_crypto_sign_hash(take(this), handle, options), encoding);
};

Verify.prototype.verify = function verify(key, signature, encoding) {
  const handle = keys.publicHandle(key);
  const options = readOptions(key);
  signature = toBytes(signature, 'signature', encoding);
  return ops.op_crypto_verify_hash(take(this), handle, signature, options);
};

function checkAlgorithm(algorithm) {
  if (algorithm == null) return null;
  validateString(algorithm, 'algorithm');
  return algorithm;
}

function signOneShot(algorithm, data, key, callback) {
  algorithm = checkAlgorithm(algorithm);
  if (callback !== undefined) validateFunction(callback, 'callback');
  data = toBytes(data, 'data');
  if (!key) throw keyRequired();
  const options = readOptions(key);
  const handle = keys.privateHandle(key);
  const work = () => toBuffer(ops.op_crypto_sign(algorithm, data, handle, options));
  if (callback === undefined) return work();
  return callLater(callback, work);
}

function verifyOneShot(algorithm, data, key, signature, callback) {
  algorithm = checkAlgorithm(algorithm);
  if (callback !== undefined) validateFunction(callback, 'callback');
  data = toBytes(data, 'data');
  const options = readOptions(key);
  if (!isAnyBuffer(signature) && !isBytes(signature))
    throw invalidArgType('signature', 'an instance of Buffer, TypedArray, or DataView', signature);
  const handle = keys.publicHandle(key);
  const work = () => ops.op_crypto_verify(algorithm, data, handle, toBytes(signature, 'signature'), options);
  if (callback === undefined) return work();
  return callLater(callback, work);
}

module.exports = {
  Sign,
  Verify,
  createSign: (algorithm, options) => new Sign(algorithm, options),
  createVerify: (algorithm, options) => new Verify(algorithm, options),
  sign: signOneShot,
  verify: verifyOneShot,
};
