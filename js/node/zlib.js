'use strict';

// Node's zlib over the streams of src/host/zlib.rs, which are zlib's own states and codes.

const { Transform } = require('node:stream');
const { invalidArgType, nodeError, outOfRange } = require('../internal/errors.js');

const { ops } = host;

const constants = {
  Z_NO_FLUSH: 0, Z_PARTIAL_FLUSH: 1, Z_SYNC_FLUSH: 2, Z_FULL_FLUSH: 3, Z_FINISH: 4, Z_BLOCK: 5,
  Z_OK: 0, Z_STREAM_END: 1, Z_NEED_DICT: 2, Z_ERRNO: -1, Z_STREAM_ERROR: -2, Z_DATA_ERROR: -3, Z_MEM_ERROR: -4, Z_BUF_ERROR: -5, Z_VERSION_ERROR: -6,
  Z_NO_COMPRESSION: 0, Z_BEST_SPEED: 1, Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: -1,
  Z_FILTERED: 1, Z_HUFFMAN_ONLY: 2, Z_RLE: 3, Z_FIXED: 4, Z_DEFAULT_STRATEGY: 0, ZLIB_VERNUM: 4880,
  DEFLATE: 1, INFLATE: 2, GZIP: 3, GUNZIP: 4, DEFLATERAW: 5, INFLATERAW: 6, UNZIP: 7,
  Z_MIN_WINDOWBITS: 8, Z_MAX_WINDOWBITS: 15, Z_DEFAULT_WINDOWBITS: 15, Z_MIN_CHUNK: 64, Z_MAX_CHUNK: Infinity, Z_DEFAULT_CHUNK: 16384,
  Z_MIN_MEMLEVEL: 1, Z_MAX_MEMLEVEL: 9, Z_DEFAULT_MEMLEVEL: 8, Z_MIN_LEVEL: -1, Z_MAX_LEVEL: 9, Z_DEFAULT_LEVEL: -1,
};
const { Z_OK, Z_STREAM_END, Z_NEED_DICT, Z_BUF_ERROR, Z_NO_FLUSH, Z_FINISH, Z_FULL_FLUSH } = constants;

const codes = { __proto__: null };
for (const name of ['Z_OK', 'Z_STREAM_END', 'Z_NEED_DICT', 'Z_ERRNO', 'Z_STREAM_ERROR', 'Z_DATA_ERROR', 'Z_MEM_ERROR', 'Z_BUF_ERROR', 'Z_VERSION_ERROR']) {
  codes[name] = constants[name];
  codes[constants[name]] = name;
}

// What src/host/zlib.rs calls them.
const ZLIB = 0;
const GZIP = 1;
const RAW = 2;
const EITHER = 3;

function failure(code, message) {
  const error = new Error(message);
  error.errno = code;
  error.code = codes[code];
  return error;
}

/** The option `name`, a whole number from `min` to `max`, or `otherwise` when it is not given. */
function option(options, name, min, max, otherwise) {
  const value = options?.[name];
  if (value === undefined || (typeof value === 'number' && Number.isNaN(value))) return otherwise;
  if (typeof value !== 'number') throw invalidArgType(`options.${name}`, 'of type number', value);
  if (value < min || value > max) {
    throw outOfRange(`options.${name}`, max === Infinity ? `>= ${min}` : `>= ${min} and <= ${max}`, value);
  }
  return value;
}

function asBytes(data, name = 'buffer') {
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  throw invalidArgType(name, 'of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer', data);
}

function asDictionary(dictionary) {
  if (typeof dictionary === 'string' || !(ArrayBuffer.isView(dictionary) || dictionary instanceof ArrayBuffer)) {
    throw invalidArgType('options.dictionary', 'an instance of Buffer, TypedArray, DataView, or ArrayBuffer', dictionary);
  }
  return asBytes(dictionary);
}

/** A stream's state and what must be done with what comes out of it, without being a stream. */
class Coder {
  constructor(kind, options) {
    this.kind = kind;
    this.chunkSize = option(options, 'chunkSize', constants.Z_MIN_CHUNK, Infinity, constants.Z_DEFAULT_CHUNK);
    this.maxOutputLength = option(options, 'maxOutputLength', 1, require('node:buffer').kMaxLength, require('node:buffer').kMaxLength);
    this.windowBits = option(options, 'windowBits', kind.inflates && kind.wrapper !== RAW ? 0 : kind.wrapper === RAW || kind.wrapper === ZLIB ? 8 : 9, 15, 15);
    this.level = option(options, 'level', -1, 9, -1);
    this.memLevel = option(options, 'memLevel', 1, 9, 8);
    this.strategy = option(options, 'strategy', 0, 4, 0);
    this.dictionary = options?.dictionary === undefined ? undefined : asDictionary(options.dictionary);
    this.moved = new Uint32Array(2);
    this.ended = false;
    this.reset();
  }

  reset() {
    const { kind, dictionary } = this;
    this.ended = false;
    this.stream = kind.inflates
      ? ops.op_zlib_inflate_new(kind.wrapper, this.windowBits)
      : ops.op_zlib_deflate_new(kind.wrapper, this.level, this.windowBits, this.memLevel, this.strategy);
    if (dictionary !== undefined && (!kind.inflates || kind.wrapper === RAW)) {
      if (ops.op_zlib_dictionary(this.stream, dictionary) !== Z_OK) throw failure(constants.Z_STREAM_ERROR, 'Failed to set dictionary');
    }
  }

  /** Runs `input` through, and gives each piece that comes out to `push`. The number of bytes taken. */
  run(input, flush, push) {
    let at = 0;
    this.gzip ??= input.length > 0 ? this.kind.inflates && (this.kind.wrapper === GZIP || (this.kind.wrapper === EITHER && input[0] === 0x1f)) : undefined;
    for (;;) {
      if (this.ended) {
        // Gzip files may be several, one after the other, and padded with zeros; after the end of
        // another kind nothing counts.
        if (!this.gzip || at >= input.length || input[at] === 0) return at;
        this.reset();
      }
      const output = Buffer.allocUnsafe(this.chunkSize);
      const code = ops.op_zlib_write(this.stream, input, at, flush, output, this.moved);
      const [taken, made] = this.moved;
      at += taken;
      if (made > 0) push(output.subarray(0, made));
      switch (code) {
        case Z_STREAM_END:
          this.ended = true;
          if (!this.kind.inflates) return at;
          continue;
        case Z_OK:
        case Z_BUF_ERROR:
          // A full piece may mean that there is more.
          if (made === output.length) continue;
          if (flush === Z_FINISH && this.kind.inflates) throw failure(Z_BUF_ERROR, 'unexpected end of file');
          return at;
        case Z_NEED_DICT:
          if (this.dictionary === undefined) throw failure(Z_NEED_DICT, 'Missing dictionary');
          if (ops.op_zlib_dictionary(this.stream, this.dictionary) !== Z_OK) throw failure(Z_NEED_DICT, 'Bad dictionary');
          continue;
        default:
          throw failure(code, ops.op_zlib_message(this.stream) || 'Zlib error');
      }
    }
  }
}

class ZlibBase extends Transform {
  constructor(kind, options) {
    const flush = option(options, 'flush', Z_NO_FLUSH, constants.Z_BLOCK, Z_NO_FLUSH);
    const finishFlush = option(options, 'finishFlush', Z_NO_FLUSH, constants.Z_BLOCK, Z_FINISH);
    const coder = new Coder(kind, options);
    super({ autoDestroy: true, ...options });
    this._coder = coder;
    this._defaultFlushFlag = flush;
    this._finishFlushFlag = finishFlush;
    this.bytesWritten = 0;
  }

  _run(chunk, flush, callback) {
    try {
      this.bytesWritten += this._coder.run(chunk, flush, (piece) => this.push(piece));
    } catch (error) {
      return callback(error);
    }
    return callback();
  }

  _transform(chunk, encoding, callback) {
    if (chunk[kFlush] !== undefined) return this._run(chunk, chunk[kFlush], callback);
    return this._run(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk, this._defaultFlushFlag, callback);
  }

  _flush(callback) {
    if (this._coder.ended) return callback();
    return this._run(Buffer.alloc(0), this._finishFlushFlag, callback);
  }

  /** Has all that was written so far come out. */
  flush(kind, callback) {
    if (typeof kind === 'function' || kind === undefined) [kind, callback] = [Z_FULL_FLUSH, kind];
    if (this.writableFinished) {
      if (callback) process.nextTick(callback);
    } else if (this.writableEnded) {
      if (callback) this.once('end', callback);
    } else {
      const mark = Buffer.alloc(0);
      mark[kFlush] = kind;
      this.write(mark, '', callback);
    }
  }

  params(level, strategy, callback) {
    if (level !== this._coder.level || strategy !== this._coder.strategy) {
      throw nodeError(Error, 'ERR_FEATURE_UNAVAILABLE', 'zlib params() is not available in segfn yet');
    }
    process.nextTick(callback);
  }

  reset() {
    this._coder.reset();
  }

  close(callback) {
    if (callback) require('node:stream').finished(this, () => callback());
    this.destroy();
  }
}
const kFlush = Symbol('flush');

/** All of `data` through one coder. */
function whole(kind, data, options) {
  const input = asBytes(data);
  const coder = new Coder(kind, options);
  const pieces = [];
  let length = 0;
  const finish = option(options, 'finishFlush', Z_NO_FLUSH, constants.Z_BLOCK, Z_FINISH);
  coder.run(input, finish, (piece) => {
    length += piece.length;
    if (length > coder.maxOutputLength) {
      throw nodeError(RangeError, 'ERR_BUFFER_TOO_LARGE', `Cannot create a Buffer larger than ${coder.maxOutputLength} bytes`);
    }
    pieces.push(piece);
  });
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, length);
}

function later(kind) {
  return (data, options, callback) => {
    if (typeof options === 'function') [options, callback] = [{}, options];
    if (typeof callback !== 'function') throw invalidArgType('callback', 'of type function', callback);
    const input = asBytes(data);
    setImmediate(() => {
      let result;
      try {
        result = whole(kind, input, options);
      } catch (error) {
        return callback(error);
      }
      return callback(null, result);
    });
  };
}

const kinds = {
  Deflate: { wrapper: ZLIB, inflates: false },
  Inflate: { wrapper: ZLIB, inflates: true },
  Gzip: { wrapper: GZIP, inflates: false },
  Gunzip: { wrapper: GZIP, inflates: true },
  DeflateRaw: { wrapper: RAW, inflates: false },
  InflateRaw: { wrapper: RAW, inflates: true },
  Unzip: { wrapper: EITHER, inflates: true },
};

const zlib = {};
for (const [name, kind] of Object.entries(kinds)) {
  // Node's classes can be called without `new`.
  const Class = function (options) {
    return Reflect.construct(ZlibBase, [kind, options], new.target ?? Class);
  };
  Object.defineProperty(Class, 'name', { value: name });
  Class.prototype = Object.create(ZlibBase.prototype, { constructor: { value: Class, writable: true, configurable: true } });
  Object.setPrototypeOf(Class, ZlibBase);
  const method = name[0].toLowerCase() + name.slice(1);
  zlib[name] = Class;
  zlib[`create${name}`] = (options) => new Class(options);
  zlib[method] = later(kind);
  zlib[`${method}Sync`] = (data, options) => whole(kind, data, options);
  Object.defineProperty(zlib[method], 'name', { value: method });
  Object.defineProperty(zlib[`${method}Sync`], 'name', { value: `${method}Sync` });
}

for (const name of ['BrotliCompress', 'BrotliDecompress', 'createBrotliCompress', 'createBrotliDecompress', 'brotliCompress', 'brotliCompressSync', 'brotliDecompress', 'brotliDecompressSync']) {
  zlib[name] = function () {
    throw new Error(`zlib.${name} is not available in segfn yet`);
  };
}
zlib.crc32 = (data, value = 0) => ops.op_zlib_crc32(value, asBytes(data, 'data'));
zlib.constants = constants;
zlib.codes = codes;
Object.assign(zlib, Object.fromEntries(Object.entries(constants).filter(([name]) => name.startsWith('Z_'))));

module.exports = zlib;
