'use strict';

// Node's StringDecoder: it holds back the bytes of a character, or of a group of base64, that is not complete.

const { Buffer } = require('node:buffer');
const { invalidArgType, nodeError, unknownEncoding } = require('../internal/node-error.js');

const NAMES = {
  __proto__: null,
  utf8: 'utf8',
  'utf-8': 'utf8',
  ucs2: 'utf16le',
  'ucs-2': 'utf16le',
  utf16le: 'utf16le',
  'utf-16le': 'utf16le',
  latin1: 'latin1',
  binary: 'latin1',
  base64: 'base64',
  base64url: 'base64url',
  hex: 'hex',
  ascii: 'ascii',
};

const kEncoding = Symbol('kEncoding');

function normalize(encoding) {
  if (encoding === undefined || encoding === null || encoding === '') return 'utf8';
  const name = NAMES[String(encoding).toLowerCase()];
  if (name === undefined) throw unknownEncoding(encoding);
  return name;
}

// This is a function and not a class, because libraries call it on their own objects.
function StringDecoder(encoding) {
  this.encoding = normalize(encoding);
  Object.defineProperty(this, kEncoding, { value: { held: Buffer.alloc(0), needed: 0 }, writable: true });
}

/** How many bytes a character of UTF-8 has that begins with `byte`. */
function utf8Length(byte) {
  if ((byte & 0xe0) === 0xc0) return 2;
  if ((byte & 0xf0) === 0xe0) return 3;
  return (byte & 0xf8) === 0xf0 ? 4 : 1;
}

/** How many bytes at the end of `bytes` are the beginning of a character, and how many that one has. */
function utf8Tail(bytes) {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const whole = utf8Length(byte);
    return whole <= back ? [0, 0] : [back, whole];
  }
  return [0, 0];
}

function utf16Tail(bytes) {
  const { length } = bytes;
  if (length % 2 === 1) return [1, 2];
  // The first half of a pair waits for the second.
  const high = length >= 2 && bytes[length - 1] >= 0xd8 && bytes[length - 1] <= 0xdb;
  return high ? [2, 4] : [0, 0];
}

function tail(encoding, bytes) {
  switch (encoding) {
    case 'utf8':
      return utf8Tail(bytes);
    case 'utf16le':
      return utf16Tail(bytes);
    case 'base64':
    case 'base64url': {
      const rest = bytes.length % 3;
      return [rest, rest ? 3 : 0];
    }
    default:
      return [0, 0];
  }
}

const { prototype } = StringDecoder;

/** What `decoder` holds back. */
function stateOf(decoder) {
  const state = decoder?.[kEncoding];
  if (state !== undefined) return state;
  throw nodeError(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type StringDecoder', stateOf);
}

prototype.write = function write(bytes) {
  if (typeof bytes === 'string') return bytes;
  if (!ArrayBuffer.isView(bytes)) {
    throw invalidArgType('buf', 'an instance of Buffer, TypedArray, or DataView', bytes);
  }
  const state = stateOf(this);
  let whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (whole.length === 0) return '';
  if (state.held.length > 0) whole = Buffer.concat([state.held, whole]);
  // The second half of a pair whose first half is held.
  const pair = this.encoding === 'utf16le' && state.needed === 4 ? 4 : 0;
  if (whole.length < pair) {
    state.held = Buffer.from(whole);
    return '';
  }
  const [back, needed] = tail(this.encoding, whole.subarray(pair));
  const end = whole.length - back;
  state.held = Buffer.from(whole.subarray(end));
  state.needed = needed;
  return whole.toString(this.encoding, 0, end);
};

prototype.end = function end(bytes) {
  const state = stateOf(this);
  let text = bytes === undefined ? '' : this.write(bytes);
  if (state.held.length > 0) {
    const { held } = state;
    // Half a unit of UTF-16 is nothing.
    if (this.encoding === 'utf16le') text += held.toString('utf16le', 0, held.length - (held.length % 2));
    else text += held.toString(this.encoding);
    state.held = Buffer.alloc(0);
    state.needed = 0;
  }
  return text;
};

prototype.text = function text(bytes, offset) {
  const state = stateOf(this);
  state.held = Buffer.alloc(0);
  state.needed = 0;
  return this.write(bytes.slice(offset));
};

for (const [name, get] of Object.entries({
  lastChar() {
    const { held } = this[kEncoding];
    return Buffer.concat([held, Buffer.alloc(4)]).subarray(0, 4);
  },
  lastNeed() {
    const { held, needed } = this[kEncoding];
    return needed - held.length;
  },
  lastTotal() {
    return this[kEncoding].needed;
  },
})) {
  Object.defineProperty(prototype, name, { configurable: true, enumerable: true, get });
}

module.exports = { StringDecoder };
