'use strict';

// Reads and writes of numbers. npm's buffer does the work, after Node's checks with Node's errors.

const { invalidArgType, nodeError, outOfRange } = require('../node-error.js');

/** Throws Node's error unless `offset` leaves room for `size` bytes. */
function checkOffset(buffer, offset, size) {
  if (typeof offset !== 'number') throw invalidArgType('offset', 'of type number', offset);
  const last = buffer.length - size;
  if (Number.isInteger(offset) && offset >= 0 && offset <= last) return;
  if (Math.floor(offset) !== offset) throw outOfRange('offset', 'an integer', offset);
  if (last < 0)
    throw nodeError(RangeError, 'ERR_BUFFER_OUT_OF_BOUNDS', 'Attempt to access memory outside buffer bounds');
  throw outOfRange('offset', `>= 0 and <= ${last}`, offset);
}

function checkByteLength(byteLength) {
  if (Number.isInteger(byteLength) && byteLength >= 1 && byteLength <= 6) return;
  if (typeof byteLength !== 'number') throw invalidArgType('byteLength', 'of type number', byteLength);
  if (Math.floor(byteLength) !== byteLength) throw outOfRange('byteLength', 'an integer', byteLength);
  throw outOfRange('byteLength', '>= 1 and <= 6', byteLength);
}

function checkValue(value, size, signed, big) {
  const bits = size * 8;
  const n = big ? 'n' : '';
  const power = (exponent) => (big ? 2n ** BigInt(exponent) : 2 ** exponent);
  const min = signed ? -power(bits - 1) : big ? 0n : 0;
  const max = power(signed ? bits - 1 : bits) - (big ? 1n : 1);
  if (!(value > max || value < min)) return;
  let range = `>= ${min}${n} and <= ${max}${n}`;
  if (size > 4) {
    range = signed
      ? `>= -(2${n} ** ${bits - 1}${n}) and < 2${n} ** ${bits - 1}${n}`
      : `>= 0${n} and < 2${n} ** ${bits}${n}`;
  }
  throw outOfRange('value', range, value);
}

/** Wraps the methods of `prototype` in the checks. */
function checkNumbers(prototype) {
  const guard = (name, wrap) => {
    const method = prototype[name];
    const guarded = wrap(method);
    prototype[name] = Object.defineProperty(guarded, 'name', { value: name });
    const other = name.replace('UInt', 'Uint');
    if (other !== name) prototype[other] = guarded;
  };
  const read = (size) => (method) =>
    function (offset = 0) {
      checkOffset(this, offset, size);
      return Reflect.apply(method, this, [offset, true]);
    };
  const write = (size, signed, big) => (method) =>
    function (value, offset = 0) {
      if (!big) value = +value;
      // The checks come in Node's order.
      if (size === 1 && typeof offset !== 'number') checkOffset(this, offset, size);
      if (signed !== undefined) checkValue(value, size, signed, big);
      checkOffset(this, offset, size);
      return Reflect.apply(method, this, [value, offset, true]);
    };

  // npm's buffer writes another NaN than V8.
  for (const [type, size] of [
    ['Float', 4],
    ['Double', 8],
  ]) {
    const set = DataView.prototype[`setFloat${size * 8}`];
    for (const order of ['LE', 'BE']) {
      prototype[`write${type}${order}`] = function (value, offset) {
        set.call(new DataView(this.buffer, this.byteOffset + offset, size), 0, value, order === 'LE');
        return offset + size;
      };
    }
  }
  for (const [type, size, signed, big] of [
    ['UInt8', 1, false],
    ['Int8', 1, true],
    ['UInt16', 2, false],
    ['Int16', 2, true],
    ['UInt32', 4, false],
    ['Int32', 4, true],
    ['BigUInt64', 8, false, true],
    ['BigInt64', 8, true, true],
    ['Float', 4],
    ['Double', 8],
  ]) {
    for (const order of size === 1 ? [''] : ['LE', 'BE']) {
      guard(`read${type}${order}`, read(size));
      guard(`write${type}${order}`, write(size, signed, big));
    }
  }
  for (const order of ['LE', 'BE']) {
    for (const [type, signed] of [
      ['UInt', false],
      ['Int', true],
    ]) {
      guard(
        `read${type}${order}`,
        (method) =>
          function (offset, byteLength) {
            if (offset === undefined) throw invalidArgType('offset', 'of type number', offset);
            checkByteLength(byteLength);
            checkOffset(this, offset, byteLength);
            return Reflect.apply(method, this, [offset, byteLength, true]);
          },
      );
      guard(
        `write${type}${order}`,
        (method) =>
          function (value, offset, byteLength) {
            checkByteLength(byteLength);
            value = +value;
            if (byteLength === 1 && typeof offset !== 'number') checkOffset(this, offset, byteLength);
            checkValue(value, byteLength, signed, false);
            checkOffset(this, offset, byteLength);
            return Reflect.apply(method, this, [value, offset, byteLength, true]);
          },
      );
    }
  }
}

module.exports = { checkNumbers };
