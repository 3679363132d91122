'use strict';

// npm's buffer, which does reads, writes and searches as Node. What touches whole strings is replaced by V8's own
// encoders, and what else Node 20 has is added.

const base = require('buffer/');
const {
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
} = require('../internal/buffer/encoding.js');
const { checkNumbers } = require('../internal/buffer/numbers.js');
const { addParts, checkBound } = require('../internal/buffer/parts.js');
const { addSearch } = require('../internal/buffer/search.js');
const {
  invalidArgType,
  invalidArgValue,
  nodeError,
  outOfRange,
  unknownEncoding,
} = require('../internal/node-error.js');

const { ops } = host;
// A class of its own makes new Buffers three times as fast as changing prototypes does. npm's methods move to it, and
// so do the Buffers that npm's own code makes.
class FastBuffer extends Uint8Array {}
const { prototype } = FastBuffer;
Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(base.Buffer.prototype));
base.Buffer.prototype = prototype;
const native = Uint8Array.prototype;

/** What Node 20 allows on 64-bit machines, in bytes; memory ends long before. */
const MAX_LENGTH = 2 ** 32;

const asBuffer = (bytes) => Object.setPrototypeOf(bytes, prototype);

const isShared = (value) => typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer;

function Buffer(value, encodingOrOffset, length) {
  if (typeof value === 'number') {
    if (typeof encodingOrOffset === 'string') throw invalidArgType('string', 'of type string', value);
    return Buffer.alloc(value);
  }
  return Buffer.from(value, encodingOrOffset, length);
}
Object.setPrototypeOf(Buffer, Uint8Array);
// The bundler renames the function.
Object.defineProperty(Buffer, 'name', { value: 'Buffer' });
Buffer.prototype = prototype;
Object.defineProperty(prototype, 'constructor', { value: Buffer, writable: true, configurable: true });
Object.defineProperty(Buffer, Symbol.species, { configurable: true, get: () => Buffer });
Buffer.poolSize = 8192;

// Small Buffers lie in one piece of memory, as in Node.
let pool;
let poolUsed = 0;

/** A Buffer of `size` bytes in the pool, or undefined if it is too large for that. */
function pooled(size) {
  if (size === 0 || size >= Buffer.poolSize >>> 1) return undefined;
  if (pool === undefined || size > pool.byteLength - poolUsed) {
    pool = new ArrayBuffer(Buffer.poolSize);
    poolUsed = 0;
  }
  const buffer = new FastBuffer(pool, poolUsed, size);
  // The next one begins at a multiple of 8.
  poolUsed = (poolUsed + size + 7) & ~7;
  return buffer;
}

/** What `bytes` say, in the pool if they are few. */
function copied(bytes) {
  const place = pooled(bytes.length);
  if (place === undefined) return asBuffer(bytes);
  native.set.call(place, bytes);
  return place;
}

Buffer.from = function from(value, encodingOrOffset, length) {
  if (typeof value === 'string') {
    const encoding = encodingOf(encodingOrOffset);
    if (encoding === undefined) throw unknownEncoding(encodingOrOffset);
    return copied(encode(value, encoding));
  }
  if (typeof value === 'object' && value !== null) {
    if (host.core.isAnyArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
    const primitive = value.valueOf?.();
    if (primitive != null && primitive !== value && (typeof primitive === 'string' || typeof primitive === 'object')) {
      return from(primitive, encodingOrOffset, length);
    }
    if (value.length !== undefined || host.core.isAnyArrayBuffer(value.buffer)) {
      if (typeof value.length !== 'number') return Buffer.alloc(0);
      return fromList(value);
    }
    if (value.type === 'Buffer' && Array.isArray(value.data)) return fromList(value.data);
    const toPrimitive = value[Symbol.toPrimitive];
    if (typeof toPrimitive === 'function') {
      const text = Reflect.apply(toPrimitive, value, ['string']);
      if (typeof text === 'string') return from(text, encodingOrOffset);
    }
  }
  throw invalidArgType(
    'first argument',
    'of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object',
    value,
  );
};

/** A copy of what is like an array. */
function fromList(list) {
  if (!(list.length > 0)) return new FastBuffer();
  const place = pooled(list.length);
  if (place === undefined) return new FastBuffer(list);
  native.set.call(place, list);
  return place;
}

function fromArrayBuffer(memory, offset, length) {
  const start = offset === undefined || Number.isNaN(+offset) ? 0 : Math.trunc(+offset);
  const room = memory.byteLength - start;
  const outside = (name) => nodeError(RangeError, 'ERR_BUFFER_OUT_OF_BOUNDS', `"${name}" is outside of buffer bounds`);
  if (start < 0 || room < 0) throw outside('offset');
  const size = length === undefined ? room : Math.max(Math.trunc(+length) || 0, 0);
  if (size > room) throw outside('length');
  return new FastBuffer(memory, start, size);
}

function checkSize(size) {
  if (typeof size !== 'number') throw invalidArgType('size', 'of type number', size);
  if (!(size >= 0 && size <= MAX_LENGTH)) throw outOfRange('size', `>= 0 && <= ${MAX_LENGTH}`, size);
}

Buffer.alloc = function alloc(size, fill, encoding) {
  checkSize(size);
  const buffer = new FastBuffer(size);
  return fill !== undefined && fill !== 0 && size > 0 ? buffer.fill(fill, encoding) : buffer;
};
Buffer.allocUnsafe = function allocUnsafe(size) {
  checkSize(size);
  // The pool's memory is zeroed, and what is handed out of it is never given back: nothing of others shows in it.
  return pooled(size) ?? new FastBuffer(size);
};
Buffer.allocUnsafeSlow = function allocUnsafeSlow(size) {
  return Buffer.alloc(size);
};
Buffer.copyBytesFrom = function copyBytesFrom(source, offset = 0, length) {
  if (!ArrayBuffer.isView(source) || source instanceof DataView)
    throw invalidArgType('view', 'an instance of TypedArray', source);
  const part = source.subarray(offset, length === undefined ? undefined : offset + length);
  return asBuffer(new Uint8Array(part.buffer, part.byteOffset, part.byteLength).slice());
};
Buffer.isBuffer = (value) => value instanceof Buffer;
Object.defineProperty(Buffer.isBuffer, 'name', { value: 'isBuffer' });
Buffer.isEncoding = (encoding) => typeof encoding === 'string' && encoding !== '' && encodingOf(encoding) !== undefined;
Buffer.compare = function compare(a, b) {
  if (!(a instanceof Uint8Array)) throw invalidArgType('buf1', 'an instance of Buffer or Uint8Array', a);
  if (!(b instanceof Uint8Array)) throw invalidArgType('buf2', 'an instance of Buffer or Uint8Array', b);
  return base.Buffer.compare(a, b);
};

Buffer.byteLength = function byteLength(value, encoding) {
  if (typeof value !== 'string') {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || isShared(value)) return value.byteLength;
    throw invalidArgType('string', 'of type string or an instance of Buffer or ArrayBuffer', value);
  }
  switch (encodingOf(encoding)) {
    case LATIN1:
    case ASCII:
      return value.length;
    case UTF16:
      return value.length * 2;
    case HEX:
      return value.length >>> 1;
    case BASE64:
    case BASE64URL: {
      const end = value.endsWith('==') ? value.length - 2 : value.endsWith('=') ? value.length - 1 : value.length;
      return (end * 3) >>> 2;
    }
    default:
      return host.core.byteLength(value);
  }
};

Buffer.concat = function concat(list, length) {
  if (!Array.isArray(list)) throw invalidArgType('list', 'an instance of Array', list);
  if (list.length === 0) return new FastBuffer();
  if (length === undefined) {
    length = 0;
    for (const each of list) length += each?.length ?? 0;
  } else checkBound('length', length, Number.MAX_SAFE_INTEGER);
  const whole = Buffer.allocUnsafe(length);
  let at = 0;
  for (let i = 0; i < list.length; i++) {
    const each = list[i];
    if (!(each instanceof Uint8Array)) throw invalidArgType(`list[${i}]`, 'an instance of Buffer or Uint8Array', each);
    if (at + each.length > length) {
      native.set.call(whole, native.subarray.call(each, 0, length - at), at);
      break;
    }
    native.set.call(whole, each, at);
    at += native.subarray.call(each, 0).length;
  }
  return whole;
};
Buffer.of = (...bytes) => new FastBuffer(bytes);

prototype.toString = function toString(encoding, start, end) {
  if (arguments.length === 0) return decode(this, UTF8, 0, this.length);
  const { length } = this;
  start = start > 0 ? Math.min(Math.trunc(start), length) : 0;
  end = end === undefined || end > length ? length : Math.trunc(end) || 0;
  if (end <= start) return '';
  if (encoding === null) throw unknownEncoding(encoding);
  return decode(this, encoding === undefined ? UTF8 : knownEncoding(encoding), start, end);
};
prototype.toLocaleString = prototype.toString;

prototype.write = function write(text, offset, length, encoding) {
  if (typeof text !== 'string') throw nodeError(TypeError, 'ERR_INVALID_ARG_TYPE', 'argument must be a string');
  // Without an offset, Node ignores the arguments after it.
  if (offset === undefined) return writeBytes(this, text, 0, this.length, UTF8);
  if (length === undefined && typeof offset === 'string')
    return writeBytes(this, text, 0, this.length, knownEncoding(offset));
  checkBound('offset', offset, this.length);
  const room = this.length - offset;
  if (typeof length === 'string') [encoding, length] = [length, undefined];
  if (length !== undefined) checkBound('length', length, this.length);
  return writeBytes(this, text, offset, Math.min(length ?? room, room), knownEncoding(encoding));
};

/** Writes as many whole characters of `text` as fit. Returns the number of bytes. */
function writeBytes(buffer, text, offset, length, encoding) {
  let bytes = encode(text, encoding);
  if (bytes.length > length) {
    let end = length;
    if (encoding === UTF8) while (end > 0 && (bytes[end] & 0xc0) === 0x80) end -= 1;
    else if (encoding === UTF16) end -= end % 2;
    bytes = bytes.subarray(0, end);
  }
  Reflect.apply(Uint8Array.prototype.set, buffer, [bytes, offset]);
  return bytes.length;
}

for (const [name, encoding] of Object.entries({
  utf8: UTF8,
  latin1: LATIN1,
  ucs2: UTF16,
  hex: HEX,
  base64: BASE64,
  base64url: BASE64URL,
  ascii: ASCII,
})) {
  prototype[`${name}Write`] = function (text, offset = 0, length = this.length - offset) {
    return writeBytes(this, text, offset, Math.min(length, this.length - offset), encoding);
  };
  prototype[`${name}Slice`] = function (start = 0, end = this.length) {
    return decode(this, encoding, Math.max(start, 0), Math.min(end, this.length));
  };
}

checkNumbers(prototype);
addParts(prototype, base.Buffer.compare, MAX_LENGTH);
addSearch(
  prototype,
  (text, encoding) => asBuffer(encode(text, knownEncoding(encoding))),
  (bytes) => new FastBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength),
);

/** Fills the buffer with repeated `bytes`. It copies what is there already after itself, which takes few native moves. */
function repeat(buffer, bytes, start, end) {
  native.set.call(buffer, bytes.subarray(0, end - start), start);
  for (let filled = start + bytes.length; filled < end; filled += filled - start) {
    native.copyWithin.call(buffer, filled, start, Math.min(filled, start + end - filled));
  }
}

prototype.fill = function (value, offset, end, encoding) {
  if (typeof value === 'string') {
    if (offset === undefined || typeof offset === 'string') [encoding, offset, end] = [offset, undefined, undefined];
    else if (typeof end === 'string') [encoding, end] = [end, undefined];
    if (encoding !== undefined && typeof encoding !== 'string')
      throw invalidArgType('encoding', 'of type string', encoding);
    knownEncoding(encoding);
  }
  if (offset !== undefined) {
    checkBound('offset', offset, MAX_LENGTH);
    if (end !== undefined) checkBound('end', end, this.length);
  }
  const start = offset ?? 0;
  const stop = offset === undefined ? this.length : (end ?? this.length);
  if (start >= stop) return this;
  const text = typeof value === 'string';
  if ((!text || value === '') && !(value instanceof Uint8Array)) {
    const number = typeof value === 'boolean' ? Number(value) : value;
    return native.fill.call(this, typeof number === 'number' ? number & 255 : 0, start, stop);
  }
  const bytes = text ? Buffer.from(value, encoding) : value;
  if (bytes.length === 0) throw invalidArgValue('value', value);
  repeat(this, bytes, start, stop);
  return this;
};

for (const bits of [16, 32, 64]) {
  const swap = prototype[`swap${bits}`];
  prototype[`swap${bits}`] = function () {
    if (this.length % (bits / 8) !== 0)
      throw nodeError(RangeError, 'ERR_INVALID_BUFFER_SIZE', `Buffer size must be a multiple of ${bits}-bits`);
    return Reflect.apply(swap, this, []);
  };
}

prototype.equals = function equals(other) {
  if (!(other instanceof Uint8Array)) throw invalidArgType('otherBuffer', 'an instance of Buffer or Uint8Array', other);
  return this === other || (this.byteLength === other.byteLength && base.Buffer.compare(this, other) === 0);
};

prototype[Symbol.for('nodejs.util.inspect.custom')] = function (_depth, options) {
  const { INSPECT_MAX_BYTES: max } = module.exports;
  let text = decode(this, HEX, 0, Math.min(max, this.length)).replace(/(.{2})(?=.)/g, '$1 ');
  const more = this.length - max;
  if (more > 0) text += ` ... ${more} more byte${more > 1 ? 's' : ''}`;
  if (options) {
    const names = Reflect.ownKeys(this).filter((key) => typeof key === 'symbol' || !/^(0|[1-9]\d*)$/.test(key));
    const extras = names.filter((key) => Object.getOwnPropertyDescriptor(this, key).enumerable || options.showHidden);
    if (extras.length > 0) {
      const holder = { __proto__: null };
      for (const key of extras) holder[key] = this[key];
      const shown = require('node:util').inspect(holder, { ...options, breakLength: Infinity, compact: true });
      text += `${this.length > 0 ? ', ' : ''}${shown.slice('[Object: null prototype] { '.length, -2)}`;
    }
  }
  return `<${this.constructor.name} ${text}>`;
};
prototype.inspect = prototype[Symbol.for('nodejs.util.inspect.custom')];
// npm's methods recognise a Buffer by this.
Object.defineProperty(prototype, '_isBuffer', { value: true });

/** Whether the bytes are valid UTF-8. */
function isUtf8(input) {
  const bytes = ArrayBuffer.isView(input)
    ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
    : new Uint8Array(input);
  return ops.op_buffer_is_utf8(bytes);
}

function isAscii(input) {
  const bytes = ArrayBuffer.isView(input)
    ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
    : new Uint8Array(input);
  return bytes.every((byte) => byte < 0x80);
}

function transcode(source, from, to) {
  return Buffer.from(decode(source, knownEncoding(from), 0, source.length), to);
}

function SlowBuffer(length) {
  return Buffer.alloc(Number(length) || 0);
}
Object.setPrototypeOf(SlowBuffer.prototype, Uint8Array.prototype);
Object.setPrototypeOf(SlowBuffer, Uint8Array);

module.exports = {
  Buffer,
  SlowBuffer,
  isUtf8,
  isAscii,
  transcode,
  INSPECT_MAX_BYTES: 50,
  kMaxLength: MAX_LENGTH,
  kStringMaxLength: MAX_STRING_LENGTH,
  constants: { MAX_LENGTH: MAX_LENGTH, MAX_STRING_LENGTH },
};

// The web's own parts come to life when they are first touched.
for (const name of ['Blob', 'File', 'atob', 'btoa']) {
  Object.defineProperty(module.exports, name, { enumerable: true, configurable: true, get: () => globalThis[name] });
}
