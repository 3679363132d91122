'use strict';

// Buffer's searches. They take their arguments as Node does, and npm's buffer then searches for bytes.

const { invalidArgType } = require('../node-error.js');

/** The result of a search for nothing, which is found everywhere. */
function foundEmpty(method, length, from) {
  if (method === 'includes') return true;
  return Math.min(Math.max(from < 0 ? from + length : from, 0), length);
}

/** Wraps the searches of `prototype`, which are npm's. `bytesOf` gives the bytes of a text in an encoding. */
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
      if (value.length === 0) return foundEmpty(name, this.length, from);
      return Reflect.apply(search, this, [value, from]);
    };
  }
}

module.exports = { addSearch };
