'use strict';

// What the coders share: options and bytes, checked as Node does.

const { invalidArgType, outOfRange } = require('../node-error.js');
const constants = require('./constants.js');

/** The number `value`, or undefined if there is none. */
function finite(value, name) {
  if (value === undefined || (typeof value === 'number' && Number.isNaN(value))) return undefined;
  if (typeof value !== 'number') throw invalidArgType(name, 'of type number', value);
  if (!Number.isFinite(value)) throw outOfRange(name, 'a finite number', value);
  return value;
}

/** The option `name`, a number from `min` to `max`, or `otherwise` if it is not given. */
function option(options, name, min, max, otherwise, prefix = 'options.') {
  const value = finite(options?.[name], `${prefix}${name}`);
  if (value === undefined) return otherwise;
  if (value < min || value > max) throw outOfRange(`${prefix}${name}`, `>= ${min} and <= ${max}`, value);
  return value;
}

function chunkSizeOf(options) {
  const size = finite(options.chunkSize, 'options.chunkSize');
  if (size === undefined) return constants.Z_DEFAULT_CHUNK;
  if (size < constants.Z_MIN_CHUNK) throw outOfRange('options.chunkSize', `>= ${constants.Z_MIN_CHUNK}`, size);
  return size;
}

function asBytes(data, name = 'buffer') {
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  throw invalidArgType(name, 'of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer', data);
}

module.exports = { asBytes, chunkSizeOf, option };
