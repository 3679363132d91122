'use strict';

// Brotli over the streams of src/host/brotli.rs.

const { invalidArgType, nodeError } = require('../node-error.js');
const constants = require('./constants.js');
const { sizes } = require('./options.js');

const { ops } = host;
const {
  BROTLI_OPERATION_PROCESS,
  BROTLI_OPERATION_FLUSH,
  BROTLI_OPERATION_FINISH,
  BROTLI_OPERATION_EMIT_METADATA,
  Z_BUF_ERROR,
} = constants;

// The results of a write in src/host/brotli.rs.
const ENDED = 1;
const FAILED = -100;

const errorNames = {};
for (const [name, number] of Object.entries(constants)) {
  if (name.startsWith('BROTLI_DECODER_ERROR_')) errorNames[number] = name.slice('BROTLI_DECODER'.length);
}

function failure(message, errno, code) {
  return Object.assign(new Error(message), { errno, code });
}

/** The parameters of an encoder or a decoder as names and values in turn. Node knows those that its constants name. */
function parameters(params, prefix) {
  const known = new Set(
    Object.keys(constants)
      .filter((name) => name.startsWith(prefix))
      .map((name) => constants[name]),
  );
  const list = [];
  for (const key of Object.keys(params ?? {})) {
    const number = Number(key);
    if (!known.has(number))
      throw nodeError(RangeError, 'ERR_BROTLI_INVALID_PARAM', `${key} is not a valid Brotli parameter`);
    const value = params[key];
    if (typeof value !== 'number' && typeof value !== 'boolean')
      throw invalidArgType('options.params[key]', 'of type number', value);
    list.push(number, Number(value));
  }
  return new Uint32Array(list);
}

/** The state of a Brotli stream. The stream itself is in node/zlib.js. */
class BrotliCoder {
  constructor(kind, options) {
    this.kind = kind;
    Object.assign(this, sizes(options));
    this.parameters = parameters(options?.params, kind.compresses ? 'BROTLI_PARAM_' : 'BROTLI_DECODER_PARAM_');
    this.moved = new Uint32Array(2);
    this.reset();
  }

  reset() {
    this.ended = false;
    this.stream = this.kind.compresses ? ops.op_brotli_compress_new(this.parameters) : ops.op_brotli_decompress_new();
  }

  /** Runs `input` through the coder and calls `push` with each piece of output. Returns the number of bytes taken. */
  run(input, operation, push) {
    let at = 0;
    while (!this.ended) {
      const output = Buffer.allocUnsafe(this.chunkSize);
      const code = ops.op_brotli_write(this.stream, input, at, operation, output, this.moved);
      const [taken, made] = this.moved;
      at += taken;
      if (made > 0) push(output.subarray(0, made));
      if (code === ENDED) this.ended = true;
      else if (code === FAILED) throw failure('Compression failed', -1, 'ERR_BROTLI_COMPRESSION_FAILED');
      else if (code < 0) throw failure('Decompression failed', code, `ERR_${errorNames[code]}`);
      else if (made < output.length && at >= input.length) {
        // The output is not full, so nothing is left in the coder.
        if (operation === BROTLI_OPERATION_FINISH && !this.kind.compresses)
          throw failure('unexpected end of file', Z_BUF_ERROR, 'Z_BUF_ERROR');
        break;
      }
    }
    return at;
  }
}

/** The kinds of streams by the names of their classes. */
const kinds = { BrotliCompress: { compresses: true }, BrotliDecompress: { compresses: false } };
for (const kind of Object.values(kinds)) {
  kind.make = (options) => new BrotliCoder(kind, options);
  kind.flushes = {
    most: BROTLI_OPERATION_EMIT_METADATA,
    process: BROTLI_OPERATION_PROCESS,
    flush: BROTLI_OPERATION_FLUSH,
    finish: BROTLI_OPERATION_FINISH,
  };
}

module.exports = { kinds };
