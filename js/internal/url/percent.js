'use strict';

const { nodeError } = require('../node-error.js');

/** encodeURIComponent as Node has it: a lone surrogate goes with what follows, and is an error only at the end. */
function escape(text) {
  try {
    return encodeURIComponent(text);
  } catch {
    let encoded = '';
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0xd800 || code > 0xdfff) {
        encoded += encodeURIComponent(text[i]);
        continue;
      }
      i += 1;
      if (i === text.length) throw nodeError(URIError, 'ERR_INVALID_URI', 'URI malformed', escape);
      const point = 0x10000 + (((code & 0x3ff) << 10) | (text.charCodeAt(i) & 0x3ff));
      encoded += encodeURIComponent(String.fromCodePoint(point));
    }
    return encoded;
  }
}

/** The bytes of `text` without percent-encoding. A percent sign stays if no two hex digits follow. */
function unescapeBuffer(text) {
  const bytes = Buffer.from(text);
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const hex = bytes[i] === 0x25 ? bytes.latin1Slice(i + 1, i + 3) : '';
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      out[length++] = Number.parseInt(hex, 16);
      i += 2;
    } else {
      out[length++] = bytes[i];
    }
  }
  return out.subarray(0, length);
}

module.exports = { escape, unescapeBuffer };
