'use strict';

const { invalidArgType, outOfRange, validateFunction, validateInteger } = require('../node-error.js');
const { bytesOf, deliver, isAnyBuffer, isBytes, validateObject } = require('./util.js');

const { ops } = host;
const MAX = 2 ** 31 - 1;

const bigIntOf = (bytes) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);

function bytesOfBigInt(value, name) {
  if (value < 0) throw outOfRange(name, '>= 0', value);
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
}

/** The bytes of a number, which is given as a BigInt or as big-endian bytes. */
function numberBytes(value, name) {
  if (typeof value === 'bigint') return bytesOfBigInt(value, name);
  if (isBytes(value) || isAnyBuffer(value)) return bytesOf(value);
  throw invalidArgType(name, 'of type bigint or an instance of ArrayBuffer, TypedArray, Buffer, or DataView', value);
}

function read(size, options) {
  validateInteger(size, 'size', 1, MAX);
  validateObject(options, 'options');
  const { safe = false, bigint = false, add, rem } = options;
  if (typeof safe !== 'boolean') throw invalidArgType('options.safe', 'of type boolean', safe);
  if (typeof bigint !== 'boolean') throw invalidArgType('options.bigint', 'of type boolean', bigint);
  const number = (value, name) => (value === undefined ? null : numberBytes(value, name));
  return {
    work: [size, safe, number(add, 'options.add'), number(rem, 'options.rem')],
    shape: (bytes) => (bigint ? bigIntOf(bytes) : bytes.buffer),
  };
}

function generatePrime(size, options = {}, callback) {
  if (typeof options === 'function') [options, callback] = [{}, options];
  const { work, shape } = read(size, options);
  validateFunction(callback, 'callback');
  deliver(ops.op_crypto_prime(...work), callback, shape);
}

function generatePrimeSync(size, options = {}) {
  const { work, shape } = read(size, options);
  return shape(ops.op_crypto_prime_sync(...work));
}

function candidateWork(candidate, options) {
  const bytes = typeof candidate === 'bigint' ? bytesOfBigInt(candidate, 'candidate') : candidate;
  if (!isBytes(bytes) && !isAnyBuffer(bytes)) {
    throw invalidArgType(
      'candidate',
      'of type bigint or an instance of ArrayBuffer, TypedArray, Buffer, or DataView',
      candidate,
    );
  }
  validateObject(options, 'options');
  const { checks = 0 } = options;
  validateInteger(checks, 'options.checks', 0, MAX);
  return [bytesOf(bytes), checks];
}

function checkPrime(candidate, options = {}, callback) {
  if (typeof options === 'function') [options, callback] = [{}, options];
  validateFunction(callback, 'callback');
  deliver(ops.op_crypto_prime_check(...candidateWork(candidate, options)), callback, (prime) => prime);
}

function checkPrimeSync(candidate, options = {}) {
  return ops.op_crypto_prime_check_sync(...candidateWork(candidate, options));
}

module.exports = { checkPrime, checkPrimeSync, generatePrime, generatePrimeSync };
