'use strict';

// What the parts of Node's crypto share: bytes in all their forms, options, results for callbacks.

const {
  invalidArgType,
  invalidArgValue,
  nativeError,
  nodeError,
  validateInteger,
  validateString,
} = require('../node-error.js');

const isBytes = (value) => ArrayBuffer.isView(value);
const isAnyBuffer = (value) =>
  value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer);
const isByteSource = (value) => typeof value === 'string' || isBytes(value) || isAnyBuffer(value);

const BYTES = 'an instance of ArrayBuffer, Buffer, TypedArray, or DataView';
const BYTES_OR_TEXT = `of type string or ${BYTES}`;
const KEY_TYPES = 'of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey';

/** The bytes under any view or buffer. */
function bytesOf(value) {
  if (value instanceof Uint8Array) return value;
  if (isBytes(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return new Uint8Array(value);
}

/** A copy of bytes. (Buffer's `slice` would share them.) */
const copyOf = (bytes) => new Uint8Array(bytes);

/** The bytes of a text in `encoding`, or of any view or buffer. */
function toBytes(value, name, encoding) {
  if (typeof value === 'string') {
    return Buffer.from(value, typeof encoding !== 'string' || encoding === 'buffer' ? 'utf8' : encoding);
  }
  if (!isByteSource(value)) throw invalidArgType(name, BYTES_OR_TEXT, value);
  return bytesOf(value);
}

/** Bytes from Rust as a Buffer over the same memory. */
const toBuffer = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Bytes from Rust as a text in `encoding`, or as a Buffer. */
function encoded(bytes, encoding) {
  const buffer = toBuffer(bytes);
  return encoding !== undefined && encoding !== 'buffer' && Buffer.isEncoding(encoding)
    ? buffer.toString(encoding)
    : buffer;
}

function validateObject(value, name) {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw invalidArgType(name, 'of type object', value);
}

function validateOneOf(value, name, allowed) {
  if (allowed.includes(value)) return;
  const list = allowed.map((one) => (typeof one === 'string' ? `'${one}'` : String(one))).join(', ');
  throw invalidArgValue(name, value, `must be one of: ${list}`);
}

function validateUint32(value, name, positive = false) {
  validateInteger(value, name, positive ? 1 : 0, 2 ** 32 - 1);
}

/** Throws Node's error for a text that can't be in `encoding`. */
function validateEncoding(text, encoding) {
  if (typeof encoding === 'string' && encoding.toLowerCase() === 'hex' && text.length % 2 !== 0) {
    throw invalidArgValue('encoding', encoding, `is invalid for data of length ${text.length}`);
  }
}

function invalidDigest(digest) {
  return nativeError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${digest}`);
}

/** Throws Node's error unless there is such a digest. */
function validateDigest(digest, name = 'digest') {
  validateString(digest, name);
  if (host.ops.op_crypto_hash_size(digest) < 0) throw invalidDigest(digest);
}

function invalidState(operation) {
  return nodeError(Error, 'ERR_CRYPTO_INVALID_STATE', `Invalid state for operation ${operation}`, invalidState);
}

/** Calls `callback` with the result of an op's promise. What the callback throws does not reject the promise. */
function deliver(promise, callback, shape = toBuffer) {
  promise.then(
    (value) => process.nextTick(() => callback(null, shape(value))),
    (error) => process.nextTick(callback, error),
  );
}

/** Does `work` at once, because it is quick, and calls `callback` with its result later. */
function callLater(callback, work) {
  let values;
  try {
    values = [null, work()];
  } catch (error) {
    values = [error];
  }
  setImmediate(callback, ...values);
}

/** A property that console.log does not show. */
const hide = (object, key, value) => Object.defineProperty(object, key, { value, writable: true, configurable: true });

module.exports = {
  BYTES,
  BYTES_OR_TEXT,
  KEY_TYPES,
  bytesOf,
  callLater,
  copyOf,
  deliver,
  encoded,
  hide,
  invalidDigest,
  invalidState,
  isAnyBuffer,
  isByteSource,
  isBytes,
  toBuffer,
  toBytes,
  validateDigest,
  validateEncoding,
  validateObject,
  validateOneOf,
  validateUint32,
};
