'use strict';

// Text as bytes and bytes as text, in Node's encodings: an op each way.

const { nodeError, unknownEncoding } = require('../node-error.js');

const { ops } = host;

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

/** `text` in `encoding`, as new bytes that nobody else has. */
function encode(text, encoding) {
  return ops.op_buffer_from_string(text, encoding === ASCII ? LATIN1 : encoding);
}

/** The bytes from `start` to `end` as a text, read in `encoding`. */
function decode(bytes, encoding, start, end) {
  if (end <= start) return '';
  try {
    return ops.op_buffer_to_string(bytes, start, end, encoding);
  } catch {
    // This fails only for a text that is too long.
    throw nodeError(
      Error,
      'ERR_STRING_TOO_LONG',
      `Cannot create a string longer than 0x${MAX_STRING_LENGTH.toString(16)} characters`,
    );
  }
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
};
