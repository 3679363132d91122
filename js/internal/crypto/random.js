'use strict';

// Random values. They all come from op_crypto_random.

const { invalidArgType, nativeError, nodeError, outOfRange, validateFunction } = require('../node-error.js');
const { bytesOf, isAnyBuffer, isBytes, validateObject } = require('./util.js');

const { ops } = host;

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
  if (!isBytes(buffer) && !isAnyBuffer(buffer))
    throw invalidArgType('buf', 'an instance of ArrayBuffer or ArrayBufferView', buffer);
  const width = buffer.BYTES_PER_ELEMENT ?? 1;
  const length = buffer.byteLength;
  if (typeof offset !== 'number') throw invalidArgType('offset', 'of type number', offset);
  const start = offset * width;
  if (!(start >= 0 && start <= length)) throw outOfRange('offset', `>= 0 && <= ${Math.min(length, MAX)}`, start);
  if (size !== undefined && typeof size !== 'number') throw invalidArgType('size', 'of type number', size);
  const count = size === undefined ? length - start : size * width;
  if (!(count >= 0 && count <= MAX)) throw outOfRange('size', `>= 0 && <= ${MAX}`, count);
  if (start + count > length) throw outOfRange('size + offset', `<= ${length}`, start + count);
  ops.op_crypto_random(bytesOf(buffer).subarray(start, start + count));
  return buffer;
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
  const noMin = max === undefined || typeof max === 'function';
  if (noMin) [min, max, callback] = [0, min, max];
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (!Number.isSafeInteger(min)) throw invalidArgType('min', 'a safe integer', min);
  if (!Number.isSafeInteger(max)) throw invalidArgType('max', 'a safe integer', max);
  if (max <= min) throw outOfRange('max', `greater than the value of "min" (${min})`, max);
  const range = max - min;
  const limit = 2 ** 48;
  if (!(range <= limit - 1)) throw outOfRange(noMin ? 'max' : 'max - min', `<= ${limit - 1}`, range);
  // A number past the last whole multiple is drawn again, because it would make the low results likelier.
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
  if (options !== undefined) validateObject(options, 'options');
  const cache = options?.disableEntropyCache;
  if (cache !== undefined && typeof cache !== 'boolean')
    throw invalidArgType('options.disableEntropyCache', 'of type boolean', cache);
  const bytes = Buffer.alloc(16);
  ops.op_crypto_random(bytes);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function timingSafeEqual(a, b) {
  for (const [name, value] of [
    ['buf1', a],
    ['buf2', b],
  ]) {
    if (!isBytes(value) && !isAnyBuffer(value)) {
      // Node's message doesn't say what was received.
      throw nodeError(
        TypeError,
        'ERR_INVALID_ARG_TYPE',
        `The "${name}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`,
      );
    }
  }
  if (a.byteLength !== b.byteLength) {
    throw nativeError(
      RangeError,
      'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH',
      'Input buffers must have the same byte length',
    );
  }
  return ops.op_crypto_equal(bytesOf(a), bytesOf(b));
}

/** Web Crypto's function, which Node's module has too. */
function getRandomValues(array) {
  if (!isBytes(array) || array instanceof DataView || array instanceof Float32Array || array instanceof Float64Array) {
    throw new DOMException('The data argument must be an integer-type TypedArray', 'TypeMismatchError');
  }
  if (array.byteLength > 65536) {
    throw new DOMException('The requested length exceeds 65,536 bytes', 'QuotaExceededError');
  }
  ops.op_crypto_random(bytesOf(array));
  return array;
}

module.exports = { getRandomValues, randomBytes, randomFill, randomFillSync, randomInt, randomUUID, timingSafeEqual };
