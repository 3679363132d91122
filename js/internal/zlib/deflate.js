'use strict';

// Deflate over the streams of src/host/zlib.rs, which have zlib's own states and codes.

const { invalidArgType } = require('../node-error.js');
const constants = require('./constants.js');
const { asBytes, option } = require('./options.js');

const { ops } = host;
const { Z_OK, Z_STREAM_END, Z_NEED_DICT, Z_BUF_ERROR, Z_FINISH } = constants;

const names = [
  'Z_OK',
  'Z_STREAM_END',
  'Z_NEED_DICT',
  'Z_ERRNO',
  'Z_STREAM_ERROR',
  'Z_DATA_ERROR',
  'Z_MEM_ERROR',
  'Z_BUF_ERROR',
  'Z_VERSION_ERROR',
];
const codes = Object.fromEntries([
  ...names.map((name) => [name, constants[name]]),
  ...names.map((name) => [constants[name], name]),
]);

// The wrappers as src/host/zlib.rs numbers them.
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

function asDictionary(dictionary) {
  if (typeof dictionary === 'string' || !(ArrayBuffer.isView(dictionary) || dictionary instanceof ArrayBuffer)) {
    throw invalidArgType(
      'options.dictionary',
      'an instance of Buffer, TypedArray, DataView, or ArrayBuffer',
      dictionary,
    );
  }
  return asBytes(dictionary);
}

/** The state of a deflate stream. The stream itself is in node/zlib.js. */
class DeflateCoder {
  constructor(kind, options) {
    this.kind = kind;
    // A decompressor may take the size from the data: 0 stands for that.
    const bits = kind.inflates && kind.wrapper !== RAW && !options?.windowBits ? 0 : undefined;
    this.windowBits = bits ?? option(options, 'windowBits', kind.wrapper === GZIP && !kind.inflates ? 9 : 8, 15, 15);
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
      if (ops.op_zlib_dictionary(this.stream, dictionary) !== Z_OK)
        throw failure(constants.Z_STREAM_ERROR, 'Failed to set dictionary');
    }
  }

  /** Compresses by another level from now on. All that came before has been flushed. */
  setLevel(level, strategy) {
    this.level = level;
    this.strategy = strategy;
    // What comes out is the same text, be it by this level or not: zlib-rs changes between some levels only before
    // anything was written.
    ops.op_zlib_level(this.stream, level);
  }

  /** Takes of `input` from `at` on, and fills `output` from `from` on: `taken` and `made` say how much. */
  step(input, at, flush, output, from) {
    this.gzip ??=
      input.length > 0
        ? this.kind.inflates && (this.kind.wrapper === GZIP || (this.kind.wrapper === EITHER && input[0] === 0x1f))
        : undefined;
    this.taken = 0;
    this.made = 0;
    for (;;) {
      if (this.ended) {
        // Several gzip files may follow each other, padded with zeros. After the end of another kind
        // nothing counts.
        const next = at + this.taken;
        if (!this.gzip || next >= input.length || input[next] === 0) return;
        this.reset();
      }
      const place = from + this.made === 0 ? output : output.subarray(from + this.made);
      if (place.length === 0) return;
      const code = ops.op_zlib_write(this.stream, input, at + this.taken, flush, place, this.moved);
      this.taken += this.moved[0];
      this.made += this.moved[1];
      switch (code) {
        case Z_STREAM_END:
          this.ended = true;
          if (!this.kind.inflates) return;
          continue;
        case Z_OK:
        case Z_BUF_ERROR:
          if (flush === Z_FINISH && this.kind.inflates && from + this.made < output.length)
            throw failure(Z_BUF_ERROR, 'unexpected end of file');
          return;
        case Z_NEED_DICT:
          if (this.dictionary === undefined) throw failure(Z_NEED_DICT, 'Missing dictionary');
          if (ops.op_zlib_dictionary(this.stream, this.dictionary) !== Z_OK)
            throw failure(Z_NEED_DICT, 'Bad dictionary');
          continue;
        default:
          throw failure(code, ops.op_zlib_message(this.stream) || 'Zlib error');
      }
    }
  }
}

/** The kinds of streams by the names of their classes. */
const kinds = {
  Deflate: { wrapper: ZLIB, inflates: false },
  Inflate: { wrapper: ZLIB, inflates: true },
  Gzip: { wrapper: GZIP, inflates: false },
  Gunzip: { wrapper: GZIP, inflates: true },
  DeflateRaw: { wrapper: RAW, inflates: false },
  InflateRaw: { wrapper: RAW, inflates: true },
  Unzip: { wrapper: EITHER, inflates: true },
};
for (const kind of Object.values(kinds)) {
  kind.make = (options) => new DeflateCoder(kind, options);
  kind.flushes = {
    most: constants.Z_BLOCK,
    process: constants.Z_NO_FLUSH,
    flush: constants.Z_FULL_FLUSH,
    finish: Z_FINISH,
  };
}

module.exports = { codes, kinds };
