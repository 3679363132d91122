'use strict';

// Node's ZlibBase: a Transform that hands each chunk to a coder, one chunk of output at a time, and later than the
// call that brought it.

const { Buffer, kMaxLength } = require('node:buffer');
const process = require('node:process');
const { Transform, finished } = require('node:stream');
const { setImmediate } = require('node:timers');
const { invalidArgType, nodeError } = require('../node-error.js');
const constants = require('./constants.js');
const { asBytes, chunkSizeOf, option } = require('./options.js');

const kFlushFlag = Symbol('kFlushFlag');
const kError = Symbol('kError');

/** The kinds of a flush, the weakest first. */
const STRENGTH = [
  constants.Z_NO_FLUSH,
  constants.Z_BLOCK,
  constants.Z_PARTIAL_FLUSH,
  constants.Z_SYNC_FLUSH,
  constants.Z_FULL_FLUSH,
  constants.Z_FINISH,
];
const stronger = (a, b) => (STRENGTH.indexOf(a) > STRENGTH.indexOf(b) ? a : b);

// What stands for a flush among the chunks.
const marks = Array.from({ length: constants.Z_BLOCK + 1 }, (_, kind) => {
  const mark = Buffer.alloc(0);
  mark[kFlushFlag] = kind;
  return mark;
});

/** What Node calls the handle: a coder, and what it is doing. */
class Handle {
  constructor(owner, coder) {
    this.onerror = undefined;
    for (const [name, value] of Object.entries({ owner, coder, chunk: null, callback: null, closing: false })) {
      Object.defineProperty(this, name, { value, writable: true });
    }
  }

  close() {
    this.closing = true;
    this.owner = null;
  }

  reset() {
    this.coder.reset();
  }

  params(level, strategy) {
    this.coder.setLevel(level, strategy);
  }

  /** Codes what is left of the chunk into the owner's output, later. */
  write() {
    setImmediate(() => {
      const { owner } = this;
      if (this.closing || owner === null || owner.destroyed) {
        this.chunk = null;
        this.callback();
        return;
      }
      try {
        step(owner, this);
      } catch (error) {
        fail(owner, error);
        return;
      }
      stepped(owner, this);
    });
  }
}

/** One step of the coder. The errors are the coder's. */
function step(stream, handle) {
  const { coder, chunk } = handle;
  coder.step(chunk.bytes, chunk.at, chunk.flush, stream._outBuffer, stream._outOffset);
}

function fail(stream, error) {
  stream.destroy(error);
  stream[kError] = error;
}

/** Takes what a step has taken and made. */
function stepped(stream, handle) {
  const { coder, chunk } = handle;
  const { taken, made } = coder;
  chunk.at += taken;
  stream.bytesWritten += taken;
  const room = stream._outBuffer.length - stream._outOffset - made;
  let full = false;
  if (made > 0) {
    const out = stream._outBuffer.subarray(stream._outOffset, stream._outOffset + made);
    stream._outOffset += made;
    full = !stream.push(out);
  }
  if (stream.destroyed) {
    handle.callback();
    return;
  }
  if (room === 0 || stream._outOffset >= stream._chunkSize) renew(stream);
  if (room === 0) {
    // There may be more.
    if (!full) {
      handle.write();
      return;
    }
    const read = stream._read;
    stream._read = (size) => {
      stream._read = read;
      handle.write();
      stream._read(size);
    };
    return;
  }
  // The coder has come to its end and wants no more.
  if (chunk.at < chunk.bytes.length) stream.push(null);
  handle.chunk = null;
  handle.callback();
}

function renew(stream) {
  stream._outOffset = 0;
  stream._outBuffer = Buffer.allocUnsafe(stream._chunkSize);
}

function close(stream) {
  if (!stream._handle) return;
  stream._handle.close();
  stream._handle = null;
}

// This is a function and not a class, because libraries call it on their own objects.
function ZlibBase(options, kind) {
  let chunkSize = constants.Z_DEFAULT_CHUNK;
  let maxOutputLength = kMaxLength;
  const { most, process: usual, finish, flush: whole } = kind.flushes;
  let flush = usual;
  let finishFlush = finish;
  if (options) {
    chunkSize = chunkSizeOf(options);
    flush = option(options, 'flush', usual, most, usual);
    finishFlush = option(options, 'finishFlush', usual, most, finish);
    maxOutputLength = option(options, 'maxOutputLength', 1, kMaxLength, kMaxLength);
    if (options.encoding || options.objectMode || options.writableObjectMode) {
      options = { ...options, encoding: null, objectMode: false, writableObjectMode: false };
    }
  }
  const coder = kind.make(options);
  Transform.call(this, { autoDestroy: true, ...options });
  this[kError] = null;
  this.bytesWritten = 0;
  this._handle = new Handle(this, coder);
  this._outBuffer = Buffer.allocUnsafe(chunkSize);
  this._outOffset = 0;
  this._chunkSize = chunkSize;
  this._defaultFlushFlag = flush;
  this._finishFlushFlag = finishFlush;
  this._defaultFullFlushFlag = whole;
  this._info = options?.info;
  this._maxOutputLength = maxOutputLength;
}
Object.setPrototypeOf(ZlibBase.prototype, Transform.prototype);
Object.setPrototypeOf(ZlibBase, Transform);
const { prototype } = ZlibBase;

Object.defineProperties(prototype, {
  _closed: {
    configurable: true,
    enumerable: true,
    get() {
      return !this._handle;
    },
  },
  bytesRead: {
    configurable: true,
    enumerable: true,
    get() {
      return this.bytesWritten;
    },
    set(value) {
      this.bytesWritten = value;
    },
  },
});

prototype.reset = function () {
  if (!this._handle) throw new Error('zlib binding closed');
  return this._handle.reset();
};

prototype._flush = function (callback) {
  this._transform(Buffer.alloc(0), '', callback);
};

prototype._final = function (callback) {
  callback();
};

/** Flushes all that was written so far. */
prototype.flush = function (kind, callback) {
  if (typeof kind === 'function' || (kind === undefined && !callback)) {
    [kind, callback] = [this._defaultFullFlushFlag, kind];
  }
  if (this.writableFinished) {
    if (callback) process.nextTick(callback);
  } else if (this.writableEnded) {
    if (callback) this.once('end', callback);
  } else this.write(marks[kind], '', callback);
};

prototype.close = function (callback) {
  if (callback) finished(this, () => callback());
  this.destroy();
};

prototype._destroy = function (error, callback) {
  close(this);
  callback(error);
};

prototype._transform = function (chunk, _encoding, callback) {
  let flush = this._defaultFlushFlag;
  if (typeof chunk[kFlushFlag] === 'number') flush = chunk[kFlushFlag];
  else if (this.writableEnded && this.writableLength === chunk.byteLength)
    flush = stronger(flush, this._finishFlushFlag);
  later(this, chunk, flush, callback);
};

prototype._processChunk = function (chunk, flush, callback) {
  if (typeof callback === 'function') return later(this, chunk, flush, callback);
  return atOnce(this, chunk, flush);
};

function later(stream, chunk, flush, callback) {
  const handle = stream._handle;
  if (!handle) {
    process.nextTick(callback);
    return undefined;
  }
  handle.chunk = { bytes: asBytes(chunk), at: 0, flush };
  handle.callback = callback;
  handle.write();
  return undefined;
}

/** Codes all of `bytes`, and gives what comes of them. */
function atOnce(stream, bytes, flush) {
  const handle = stream._handle;
  if (!handle) throw new Error('zlib binding closed');
  handle.chunk = { bytes: asBytes(bytes), at: 0, flush };
  const pieces = [];
  let length = 0;
  // Who called hears of an error by an exception.
  stream.on('error', () => {});
  for (;;) {
    try {
      step(stream, handle);
    } catch (error) {
      fail(stream, error);
      throw error;
    }
    const { taken, made } = handle.coder;
    handle.chunk.at += taken;
    const room = stream._outBuffer.length - stream._outOffset - made;
    if (made > 0) {
      pieces.push(stream._outBuffer.subarray(stream._outOffset, stream._outOffset + made));
      stream._outOffset += made;
      length += made;
      if (length > stream._maxOutputLength) {
        close(stream);
        throw tooLarge(stream._maxOutputLength);
      }
    }
    if (room === 0 || stream._outOffset >= stream._chunkSize) renew(stream);
    if (room !== 0) break;
  }
  stream.bytesWritten = handle.chunk.at;
  close(stream);
  return joined(pieces, length);
}

const joined = (pieces, length) => (pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, length));

const tooLarge = (length) =>
  nodeError(RangeError, 'ERR_BUFFER_TOO_LARGE', `Cannot create a Buffer larger than ${length} bytes`);

/** Codes all of `data`. */
function codeSync(stream, data) {
  const buffer = atOnce(stream, asBytes(data), stream._finishFlushFlag);
  return stream._info ? { buffer, engine: stream } : buffer;
}

/** Codes all of `data`, and calls back. */
function codeLater(stream, data, callback) {
  if (typeof callback !== 'function') throw invalidArgType('callback', 'of type function', callback);
  if (typeof data !== 'string') data = asBytes(data);
  const pieces = [];
  let length = 0;
  stream.on('data', (piece) => {
    pieces.push(piece);
    length += piece.length;
    if (length > stream._maxOutputLength) {
      stream.close();
      stream.removeAllListeners('data');
      callback(tooLarge(stream._maxOutputLength));
    }
  });
  stream.on('error', (error) => callback(error));
  stream.on('end', () => {
    const buffer = joined(pieces, length);
    stream.close();
    callback(null, stream._info ? { buffer, engine: stream } : buffer);
  });
  stream.end(data);
}

module.exports = { ZlibBase, codeLater, codeSync };
