'use strict';

// What the coders share: options and bytes, checked as Node does.

const { kMaxLength } = require('node:buffer');
const { invalidArgType, outOfRange } = require('../node-error.js');
const constants = require('./constants.js');

/** The option `name`, a number from `min` to `max`, or `otherwise` if it is not given. */
function option(options, name, min, max, otherwise) {
  const value = options?.[name];
  if (value === undefined || (typeof value === 'number' && Number.isNaN(value))) return otherwise;
  if (typeof value !== 'number') throw invalidArgType(`options.${name}`, 'of type number', value);
  if (value < min || value > max) {
    throw outOfRange(`options.${name}`, max === Infinity ? `>= ${min}` : `>= ${min} and <= ${max}`, value);
  }
  return value;
}

function asBytes(data, name = 'buffer') {
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  throw invalidArgType(name, 'of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer', data);
}

/** The options of every kind of coder: the size of a chunk, and how much output is allowed at once. */
function sizes(options) {
  return {
    chunkSize: option(options, 'chunkSize', constants.Z_MIN_CHUNK, Infinity, constants.Z_DEFAULT_CHUNK),
    maxOutputLength: option(options, 'maxOutputLength', 1, kMaxLength, kMaxLength),
  };
}

module.exports = { asBytes, option, sizes };
