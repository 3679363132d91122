'use strict';

// Comparing and copying parts of a Buffer. npm's buffer or V8 does the work, after Node's checks with Node's errors.

const { invalidArgType, outOfRange } = require('../node-error.js');

const native = Uint8Array.prototype;

/** Throws Node's error unless `value` is a whole number from 0 to `max`. */
function checkBound(name, value, max) {
  if (typeof value !== 'number') throw invalidArgType(name, 'of type number', value);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value);
  if (value < 0 || value > max) throw outOfRange(name, `>= 0 && <= ${max}`, value);
}

/** An offset where Node isn't strict: it takes anything that can be a number. */
function whole(value) {
  const number = Math.floor(+value);
  return Number.isSafeInteger(number) ? number : 0;
}

function checkBytes(name, value) {
  if (!(value instanceof Uint8Array)) throw invalidArgType(name, 'an instance of Buffer or Uint8Array', value);
}

/** Adds `compare` and `copy` to `prototype`. `compareAll` compares two whole Buffers; none is longer than `maxLength`. */
function addParts(prototype, compareAll, maxLength) {
  prototype.compare = function compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
    checkBytes('target', target);
    if (arguments.length === 1) return compareAll(this, target);
    const bound = (name, value, usual, max) => {
      if (value === undefined) return usual;
      checkBound(name, value, max);
      return value;
    };
    targetStart = bound('targetStart', targetStart, 0, maxLength);
    targetEnd = bound('targetEnd', targetEnd, target.length, target.length);
    sourceStart = bound('sourceStart', sourceStart, 0, maxLength);
    sourceEnd = bound('sourceEnd', sourceEnd, this.length, this.length);
    if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
    if (targetStart >= targetEnd) return 1;
    return compareAll(this.subarray(sourceStart, sourceEnd), target.subarray(targetStart, targetEnd));
  };

  prototype.copy = function copy(target, targetStart, sourceStart, sourceEnd) {
    checkBytes('target', target);
    targetStart = targetStart === undefined ? 0 : whole(targetStart);
    if (targetStart < 0) throw outOfRange('targetStart', '>= 0', targetStart);
    sourceStart = sourceStart === undefined ? 0 : whole(sourceStart);
    if (sourceStart < 0 || sourceStart > this.length)
      throw outOfRange('sourceStart', `>= 0 && <= ${this.length}`, sourceStart);
    sourceEnd = sourceEnd === undefined ? this.length : whole(sourceEnd);
    if (sourceEnd < 0) throw outOfRange('sourceEnd', '>= 0', sourceEnd);
    const count = Math.min(sourceEnd, this.length) - sourceStart;
    const fitting = Math.min(count, target.length - targetStart);
    if (fitting <= 0) return 0;
    native.set.call(target, native.subarray.call(this, sourceStart, sourceStart + fitting), targetStart);
    return fitting;
  };
}

module.exports = { addParts, checkBound };
