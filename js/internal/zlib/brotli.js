'use strict';

// Brotli over the streams of src/host/brotli.rs.

const { invalidArgType, nodeError } = require('../node-error.js');
const constants = require('./constants.js');

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
  const seen = new Set();
  for (const key of Object.keys(params ?? {})) {
    const number = Number(key);
    if (!known.has(number) || seen.has(number))
      throw nodeError(RangeError, 'ERR_BROTLI_INVALID_PARAM', `${key} is not a valid Brotli parameter`);
    const value = params[key];
    if (typeof value !== 'number' && typeof value !== 'boolean')
      throw invalidArgType('options.params[key]', 'of type number', value);
    seen.add(number);
    list.push(number, Number(value));
  }
  return new Uint32Array(list);
}

/** Whether the encoder takes the parameters, names and values in turn. */
function acceptable(list) {
  for (let i = 0; i < list.length; i += 2) {
    if (list[i] === constants.BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING && list[i + 1] > 1) return false;
  }
  return true;
}

/** The state of a Brotli stream. The stream itself is in node/zlib.js. */
class BrotliCoder {
  constructor(kind, options) {
    this.kind = kind;
    this.parameters = parameters(options?.params, kind.compresses ? 'BROTLI_PARAM_' : 'BROTLI_DECODER_PARAM_');
    this.moved = new Uint32Array(2);
    if (kind.compresses && !acceptable(this.parameters)) {
      throw nodeError(Error, 'ERR_ZLIB_INITIALIZATION_FAILED', 'Initialization failed');
    }
    this.reset();
  }

  reset() {
    this.ended = false;
    this.stream = this.kind.compresses ? ops.op_brotli_compress_new(this.parameters) : ops.op_brotli_decompress_new();
  }

  /** Takes of `input` from `at` on, and fills `output` from `from` on: `taken` and `made` say how much. */
  step(input, at, operation, output, from) {
    this.taken = 0;
    this.made = 0;
    while (!this.ended) {
      const place = from + this.made === 0 ? output : output.subarray(from + this.made);
      if (place.length === 0) return;
      const code = ops.op_brotli_write(this.stream, input, at + this.taken, operation, place, this.moved);
      const [taken, made] = this.moved;
      this.taken += taken;
      this.made += made;
      if (code === ENDED) this.ended = true;
      else if (code === FAILED) throw failure('Compression failed', -1, 'ERR_BROTLI_COMPRESSION_FAILED');
      else if (code < 0) throw failure('Decompression failed', code, `ERR_${errorNames[code]}`);
      else if (made < place.length && at + this.taken >= input.length) {
        // The output is not full, so nothing is left in the coder.
        if (operation === BROTLI_OPERATION_FINISH && !this.kind.compresses)
          throw failure('unexpected end of file', Z_BUF_ERROR, 'Z_BUF_ERROR');
        return;
      }
    }
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
