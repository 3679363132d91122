'use strict';

// Buffer's searches. They take their arguments as Node does, and npm's buffer then searches for bytes.

const { invalidArgType } = require('../node-error.js');
const { UTF16, encodingOf } = require('./encoding.js');

/** The result of a search for nothing, which is found everywhere. */
function foundEmpty(method, length, from) {
  if (method === 'includes') return true;
  return Math.min(Math.max(from < 0 ? from + length : from, 0), length);
}

/** A search whose hits begin at even places. */
function byUnits(name, search, bytes, value, from) {
  const step = name === 'lastIndexOf' ? -1 : 1;
  const find = (at) => Reflect.apply(name === 'lastIndexOf' ? search : native.find, bytes, [value, at]);
  if (from < 0) from = Math.max(from + bytes.length, 0);
  let at = find(from - (from % 2));
  while (at > 0 && at % 2 === 1) at = at + step < 0 ? -1 : find(at + step);
  return name === 'includes' ? at >= 0 : at;
}

// npm's search for the first place.
const native = { find: undefined };

/** Wraps the searches of `prototype`, which are npm's. `bytesOf` gives the bytes of a text in an encoding,
 * and `asBuffer` a Buffer over other bytes. */
function addSearch(prototype, bytesOf, asBuffer) {
  const { indexOf, lastIndexOf, includes } = prototype;
  native.find = indexOf;
  for (const [name, search] of Object.entries({ indexOf, lastIndexOf, includes })) {
    const searched = function (value, byteOffset, encoding) {
      if (!ArrayBuffer.isView(this)) {
        throw invalidArgType('buffer', 'an instance of Buffer, TypedArray, or DataView', this);
      }
      if (typeof byteOffset === 'string') [encoding, byteOffset] = [byteOffset, undefined];
      if (typeof value === 'string') value = bytesOf(value, encoding);
      else if (typeof value !== 'number' && !(value instanceof Uint8Array)) {
        throw invalidArgType('value', 'one of type number or string or an instance of Buffer or Uint8Array', value);
      }
      // npm's buffer knows no other bytes than Buffers.
      if (value instanceof Uint8Array && !value._isBuffer) value = asBuffer(value);
      byteOffset = +byteOffset;
      const from = Number.isNaN(byteOffset) ? (name === 'lastIndexOf' ? this.length : 0) : Math.trunc(byteOffset);
      if (encodingOf(encoding) === UTF16 && typeof value !== 'number' && value.length > 0) {
        // In units of two bytes, where half a unit is nothing.
        if (value.length < 2 || this.length < 2) return name === 'includes' ? false : -1;
        return byUnits(name, search, this, value, from);
      }
      if (value.length === 0) return foundEmpty(name, this.length, from);
      return Reflect.apply(search, this, [value, from]);
    };
    prototype[name] = Object.defineProperty(searched, 'name', { value: name });
  }
}

module.exports = { addSearch };
