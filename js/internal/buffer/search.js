'use strict';

// Buffer's searches: Node's ways to name a place and what is looked for, then npm's buffer on bytes.

const { invalidArgType } = require('../node-error.js');

/** Where nothing is found, which is everywhere. */
function emptyFound(method, length, from) {
  if (method === 'includes') return true;
  return Math.min(Math.max(from < 0 ? from + length : from, 0), length);
}

/** Replaces the searches of `prototype`, which are npm's; `bytesOf` gives the bytes of a text in an encoding. */
function addSearch(prototype, bytesOf) {
  const { indexOf, lastIndexOf, includes } = prototype;
  for (const [name, search] of Object.entries({ indexOf, lastIndexOf, includes })) {
    prototype[name] = function (value, byteOffset, encoding) {
      if (typeof byteOffset === 'string') [encoding, byteOffset] = [byteOffset, undefined];
      if (typeof value === 'string') value = bytesOf(value, encoding);
      else if (typeof value !== 'number' && !(value instanceof Uint8Array)) {
        throw invalidArgType('value', 'one of type number or string or an instance of Buffer or Uint8Array', value);
      }
      byteOffset = +byteOffset;
      const from = Number.isNaN(byteOffset) ? (name === 'lastIndexOf' ? this.length : 0) : Math.trunc(byteOffset);
      if (value.length === 0) return emptyFound(name, this.length, from);
      return Reflect.apply(search, this, [value, from]);
    };
  }
}

module.exports = { addSearch };
