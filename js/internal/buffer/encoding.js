'use strict';

// Text as bytes and bytes as text, in Node's encodings, by V8's own encoders: an op each way, and V8's base64 and hex.

const { nodeError, unknownEncoding } = require('../node-error.js');

const { ops } = host;

// V8 adds toHex, fromBase64 and their like to a context after it has read the snapshot. So they can't be
// taken here, but the objects that hold them can.
const Bytes = Uint8Array;
const native = Uint8Array.prototype;

/** What V8 allows, in UTF-16 code units. */
const MAX_STRING_LENGTH = 0x1fffffe8;

const UTF8 = 0;
const LATIN1 = 1;
const UTF16 = 2;
const HEX = 3;
const BASE64 = 4;
const BASE64URL = 5;
const ASCII = 6;
const encodings = {
  utf8: UTF8,
  'utf-8': UTF8,
  latin1: LATIN1,
  binary: LATIN1,
  ucs2: UTF16,
  'ucs-2': UTF16,
  utf16le: UTF16,
  'utf-16le': UTF16,
  hex: HEX,
  base64: BASE64,
  base64url: BASE64URL,
  ascii: ASCII,
  __proto__: null,
};

/** The number of an encoding by its name in any case, or undefined. No name means utf8. */
function encodingOf(name) {
  if (name === undefined || name === null || name === '') return UTF8;
  return encodings[name] ?? encodings[String(name).toLowerCase()];
}

function knownEncoding(name) {
  const encoding = encodingOf(name);
  if (encoding === undefined) throw unknownEncoding(name);
  return encoding;
}

/** Base64 as Node reads it: in both alphabets, skipping anything else, up to the first `=`. */
function decodeBase64(text) {
  try {
    return Bytes.fromBase64(text);
  } catch {
    // Node looks at the low byte only of wider characters.
    const bytes = ops.op_buffer_from_string(text, LATIN1);
    const narrow = ops.op_buffer_to_string(bytes, 0, bytes.length, LATIN1);
    const end = narrow.indexOf('=');
    let clean = (end === -1 ? narrow : narrow.slice(0, end))
      .replace(/[^A-Za-z0-9+/_-]/g, '')
      .replace(/-/g, '+')
      .replace(/_/g, '/');
    // A single last digit holds less than a byte.
    if (clean.length % 4 === 1) clean = clean.slice(0, -1);
    return Bytes.fromBase64(clean);
  }
}

/** Hex up to the first pair that is not hex. */
function decodeHex(text) {
  const digits = /^(?:[0-9a-f]{2})*/i.exec(text)[0];
  return Bytes.fromHex(digits);
}

/** `text` in `encoding`, as new bytes that nobody else has. */
function encode(text, encoding) {
  switch (encoding) {
    case BASE64:
    case BASE64URL:
      return decodeBase64(text);
    case HEX:
      return decodeHex(text);
    case ASCII:
      return ops.op_buffer_from_string(text, LATIN1);
    default:
      return ops.op_buffer_from_string(text, encoding);
  }
}

/** The bytes from `start` to `end` as a text, read in `encoding`. */
function decode(bytes, encoding, start, end) {
  if (end <= start) return '';
  try {
    switch (encoding) {
      case HEX:
        return Reflect.apply(native.toHex, view(bytes, start, end), []);
      case BASE64:
        return Reflect.apply(native.toBase64, view(bytes, start, end), []);
      case BASE64URL:
        return Reflect.apply(native.toBase64, view(bytes, start, end), [{ alphabet: 'base64url', omitPadding: true }]);
      default:
        return ops.op_buffer_to_string(bytes, start, end, encoding);
    }
  } catch {
    // These fail only for a text that is too long.
    throw nodeError(
      Error,
      'ERR_STRING_TOO_LONG',
      `Cannot create a string longer than 0x${MAX_STRING_LENGTH.toString(16)} characters`,
    );
  }
}

function view(bytes, start, end) {
  if (start === 0 && end === bytes.length) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
}

module.exports = {
  ASCII,
  BASE64,
  BASE64URL,
  HEX,
  LATIN1,
  MAX_STRING_LENGTH,
  UTF16,
  UTF8,
  decode,
  encode,
  encodingOf,
  knownEncoding,
  view,
};
