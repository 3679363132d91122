'use strict';

// Node's zlib: streams, callbacks and synchronous calls, over the coders of js/internal/zlib.

const { Transform } = require('node:stream');
const { invalidArgType, nodeError } = require('../internal/node-error.js');
const brotli = require('../internal/zlib/brotli.js');
const constants = require('../internal/zlib/constants.js');
const deflate = require('../internal/zlib/deflate.js');
const { asBytes, option } = require('../internal/zlib/options.js');

const { ops } = host;

class ZlibBase extends Transform {
  constructor(kind, options) {
    const { most, process, finish } = kind.flushes;
    const flush = option(options, 'flush', process, most, process);
    const finishFlush = option(options, 'finishFlush', process, most, finish);
    const coder = kind.make(options);
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
    return this._run(
      typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
      this._defaultFlushFlag,
      callback,
    );
  }

  _flush(callback) {
    if (this._coder.ended) return callback();
    return this._run(Buffer.alloc(0), this._finishFlushFlag, callback);
  }

  /** Flushes all that was written so far. */
  flush(kind, callback) {
    if (typeof kind === 'function' || kind === undefined) [kind, callback] = [this._coder.kind.flushes.flush, kind];
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

/** Runs all of `data` through one coder. */
function codeSync(kind, data, options) {
  const input = asBytes(data);
  const coder = kind.make(options);
  const pieces = [];
  let length = 0;
  const { most, process, finish } = kind.flushes;
  option(options, 'flush', process, most, process);
  const finishFlush = option(options, 'finishFlush', process, most, finish);
  coder.run(input, finishFlush, (piece) => {
    length += piece.length;
    if (length > coder.maxOutputLength) {
      throw nodeError(
        RangeError,
        'ERR_BUFFER_TOO_LARGE',
        `Cannot create a Buffer larger than ${coder.maxOutputLength} bytes`,
      );
    }
    pieces.push(piece);
  });
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, length);
}

/** The function that does it later, and calls back. */
function codeLater(kind) {
  return (data, options, callback) => {
    if (typeof options === 'function') [options, callback] = [{}, options];
    if (typeof callback !== 'function') throw invalidArgType('callback', 'of type function', callback);
    const input = asBytes(data);
    setImmediate(() => {
      let result;
      try {
        result = codeSync(kind, input, options);
      } catch (error) {
        return callback(error);
      }
      return callback(null, result);
    });
  };
}

const zlib = {};
for (const [name, kind] of Object.entries({ ...deflate.kinds, ...brotli.kinds })) {
  // Node's classes can be called without `new`.
  const Class = function (options) {
    return Reflect.construct(ZlibBase, [kind, options], new.target ?? Class);
  };
  Object.defineProperty(Class, 'name', { value: name });
  Class.prototype = Object.create(ZlibBase.prototype, {
    constructor: { value: Class, writable: true, configurable: true },
  });
  Object.setPrototypeOf(Class, ZlibBase);
  const method = name[0].toLowerCase() + name.slice(1);
  zlib[name] = Class;
  zlib[`create${name}`] = (options) => new Class(options);
  zlib[method] = codeLater(kind);
  zlib[`${method}Sync`] = (data, options) => codeSync(kind, data, options);
  Object.defineProperty(zlib[method], 'name', { value: method });
  Object.defineProperty(zlib[`${method}Sync`], 'name', { value: `${method}Sync` });
}

zlib.crc32 = (data, value = 0) => ops.op_zlib_crc32(value, asBytes(data, 'data'));
zlib.constants = constants;
zlib.codes = deflate.codes;
for (const name of Object.keys(constants)) {
  if (name.startsWith('Z_') || name.startsWith('ZLIB') || !name.includes('_'))
    Object.defineProperty(zlib, name, { value: constants[name] });
}

module.exports = zlib;
