// Where npm's readable-stream is behind the streams of Node 20.20, in the words of its text.

/** By file, what stands there and what takes its place. */
export const streamFixes = {
  'readable.js': [
    [
      "this.defaultEncoding = (options && options.defaultEncoding) || 'utf8'",
      "this.defaultEncoding = (options && options.defaultEncoding) || 'utf8'\n" +
        'if (!Buffer.isEncoding(this.defaultEncoding)) throw new ERR_UNKNOWN_ENCODING(this.defaultEncoding)',
    ],
    ['    ERR_INVALID_ARG_TYPE,\n', '    ERR_INVALID_ARG_TYPE,\n    ERR_UNKNOWN_ENCODING,\n'],
    ["['string', 'Buffer', 'Uint8Array'], chunk)", "['string', 'Buffer', 'TypedArray', 'DataView'], chunk)"],
  ],
  'writable.js': [
    [
      "this.defaultEncoding = (options && options.defaultEncoding) || 'utf8'",
      "this.defaultEncoding = (options && options.defaultEncoding) || 'utf8'\n" +
        'if (!Buffer.isEncoding(this.defaultEncoding)) throw new ERR_UNKNOWN_ENCODING(this.defaultEncoding)',
    ],
    [
      'if (!encoding) encoding = state.defaultEncoding\n',
      'if (!encoding) { if (!state.objectMode) encoding = state.defaultEncoding }\n',
    ],
    ["['string', 'Buffer', 'Uint8Array'], chunk)", "['string', 'Buffer', 'TypedArray', 'DataView'], chunk)"],
    // The callback of `end` is told that there is no error.
    ['onfinishCallbacks[i]()', 'onfinishCallbacks[i](null)'],
  ],
};

/** The text of a file of readable-stream, mended. */
export function mended(name, text) {
  for (const [from, to] of streamFixes[name] ?? []) {
    if (!text.includes(from)) throw new Error(`readable-stream's ${name} has no "${from}": was its version changed?`);
    text = text.replace(from, to);
  }
  return text;
}
