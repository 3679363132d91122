// Every form of each kind: sync, callback, stream; what is wrong, and how it is said.
const z = zlib.zlib;
const show = (label, make) => {
  try {
    const result = make();
    console.log(label, result instanceof Uint8Array ? `${result.length} bytes` : result);
  } catch (error) {
    console.log(label, error.name, error.message, JSON.stringify({ ...error }));
  }
};
const kinds = { gzip: 'gunzip', deflate: 'inflate', deflateRaw: 'inflateRaw', brotliCompress: 'brotliDecompress' };
const text = 'segfn '.repeat(5000);
const upper = (name) => name[0].toUpperCase() + name.slice(1);
const call = (name, ...args) => new Promise((resolve) => z[name](...args, (error, result) => resolve(error ? [error.code, error.errno, error.message] : result)));
const piped = (stream, chunks) =>
  new Promise((resolve) => {
    const out = [];
    stream.on('data', (chunk) => out.push(chunk)).on('end', () => resolve(Buffer.concat(out))).on('error', (error) => resolve([error.code, error.errno, error.message]));
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
  });
for (const [compress, open] of Object.entries(kinds)) {
  const made = z[`${compress}Sync`](text);
  console.log(compress, z[`${open}Sync`](made).toString() === text, (await call(open, await call(compress, text))).toString() === text);
  console.log(String(await piped(z[`create${upper(open)}`](), [await piped(z[`create${upper(compress)}`](), [text.slice(0, 7), text.slice(7)])])) === text);
  const bytes = [...made].map((byte) => Buffer.from([byte]));
  console.log(String(await piped(z[`create${upper(open)}`]({ chunkSize: 64 }), bytes)) === text);
  for (const bad of [Buffer.from('ffffffffff', 'hex'), Buffer.from('not compressed at all'), made.subarray(0, 12), Buffer.alloc(0)]) {
    show(open, () => z[`${open}Sync`](bad));
    console.log(await call(open, bad), await piped(z[`create${upper(open)}`](), [bad]));
  }
  show('trailing', () => String(z[`${open}Sync`](Buffer.concat([made, Buffer.alloc(3)]))) === text);
  for (const options of [{ maxOutputLength: 5 }, { chunkSize: 10 }, { flush: 9 }, { finishFlush: 'x' }, { level: 20 }, { windowBits: 3 }, { params: { 99: 1 } }, { params: { [z.constants.BROTLI_PARAM_QUALITY]: 'x' } }]) {
    show(JSON.stringify(options), () => z[`${open}Sync`](made, options));
    show(JSON.stringify(options), () => z[`${compress}Sync`](text, options).length > 0);
  }
  const stream = z[`create${upper(compress)}`]();
  const out = [];
  stream.on('data', (chunk) => out.push(chunk));
  stream.write(text);
  await new Promise((resolve) => stream.flush(resolve));
  await new Promise((resolve) => setTimeout(resolve, 5));
  console.log('flushed', out.length > 0, stream.bytesWritten);
}
show('type', () => z.gzipSync(5));
show('callback', () => z.gzip('x'));
show('quality', () => z.brotliDecompressSync(z.brotliCompressSync(text, { params: { [z.constants.BROTLI_PARAM_QUALITY]: 4, [z.constants.BROTLI_PARAM_MODE]: z.constants.BROTLI_MODE_TEXT } })));
console.log(z.constants, z.codes, Object.keys(z).length, z.unzipSync(z.gzipSync('a')).toString(), z.unzipSync(z.deflateSync('b')).toString());
console.log(z.BrotliCompress.name, z.createGunzip() instanceof z.Gunzip, z.Deflate().constructor.name);
