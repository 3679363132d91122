// Functions that want more than they may have, one for each name. tests/it/attack runs them: each has
// to end as the outcome that its list names, and the event after it has to be answered.
const far = { length: 2 ** 53 - 1 };
const keep = [];
const forEver = () => {
  for (;;);
};
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const never = () => new Promise(() => {});
const wasm = (bytes) => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, ...bytes]));

// Nothing inside of V8 ends these, or only once.
const hang = {
  includes: () => [].includes.call(far, 1),
  indexOf: () => [].indexOf.call(far, 1),
  lastIndexOf: () => [].lastIndexOf.call(far, 1),
  reverse: () => [].reverse.call(far),
  shift: () => [].shift.call(far),
  unshift: () => [].unshift.call({ length: 2 ** 53 - 2 }, 1),
  splice: () => [].splice.call({ length: 2 ** 53 - 2 }, 0, 1),
  copyWithin: () => [].copyWithin.call(far, 0, 1),
  flat: () => [].flat.call(far),
  every: () => [].every.call(far, (x) => x),
  sort: () => [].sort.call({ length: 2 ** 32 - 1 }),
  toSorted: () => [].fill.call(far, 1),
  join: () => [].join.call({ length: 2 ** 32 - 1 }, ''),
  keys: () => [...Array(2 ** 32 - 1).keys()].length,
  typedSort: () => new Float64Array(1e7).fill(1).sort(() => { for (;;); }),
  wasmLoop: () => new WebAssembly.Instance(wasm([1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 8, 1, 0, 10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11])),
  bigint: () => (3n ** 60000000n).toString().length,
  atomics: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0),
  pbkdf2: () => crypto.pbkdf2Sync('a', 'b', 2 ** 31 - 1, 64, 'sha512'),
  callbacks: async () => {
    for (let i = 0; i < 5; i++) crypto.pbkdf2('a', 'b', 1, 8, 'sha1', forEver);
    await never();
  },
  finalizers: async () => {
    const registry = new FinalizationRegistry(forEver);
    for (let i = 0; i < 1e5; i++) registry.register({}, 1);
    for (let i = 0; i < 50; i++) new Array(1e6).fill(0);
    await later(50);
    await never();
  },
  thenables: async () => ({ then: forEver }),
  thrownGetter: () => {
    throw Object.defineProperty(new Error('x'), 'stack', { get: forEver });
  },
  thrownName: () => {
    throw Object.defineProperty(new Error('x'), 'name', { get: forEver });
  },
  resultGetter: () => ({ get a() { for (;;); }, get b() { for (;;); } }),
  resultToJson: () => ({ toJSON: forEver }),
  inspected: () => console.log({ get [Symbol.toStringTag]() { for (;;); } }),
  microtasks: async () => { for (;;) await null; },
  timers: async () => {
    for (let i = 0; i < 5; i++) setTimeout(forEver, 1);
    await never();
  },
  unhandled: async () => {
    Promise.reject(Object.defineProperty(new Error('x'), 'message', { get: forEver }));
    await later(5);
  },
  prepared: () => {
    Error.prepareStackTrace = forEver;
    null.x;
  },
};

// Their time is in one call that doesn't look at the clock.
const late = {
  brotli: () => {
    const z = zlib.zlib;
    const bytes = Buffer.alloc(4e7);
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = 97 + ((i * 2654435761) >>> 29);
    return z.brotliCompressSync(bytes, {
      params: { [z.constants.BROTLI_PARAM_QUALITY]: 11, [z.constants.BROTLI_PARAM_LGWIN]: 24 },
    }).length;
  },
  diffieHellman: () => crypto.createDiffieHellman(Buffer.alloc(4096, 255)).verifyError,
  scrypt: () => crypto.scryptSync('a', 'b', 64, { N: 2 ** 15, r: 8, p: 4000, maxmem: 2 ** 30 }).length,
  rsa: () => crypto.generateKeyPairSync('rsa', { modulusLength: 16384 }),
  prime: () => crypto.generatePrimeSync(8192, { safe: true }),
  regExp: () => new RegExp(`(${'[\\p{L}]|'.repeat(20000)})`, 'iu').test('5'),
  normalize: () => 'a\u0301'.repeat(2e7).normalize('NFKC').length,
  localeCompare: () => 'ä'.repeat(2e7).localeCompare('ä'.repeat(2e7) + 'b', 'de', { numeric: true }),
  replace: () => /(a*)*b/.test('a'.repeat(40)),
};

// They take memory in ways of which V8's heap limit knows nothing.
const memory = {
  heap: () => { for (;;) keep.push(new Array(1000).fill(keep.length)); },
  text: () => { for (;;) keep.push('x'.repeat(1e6) + keep.length, Symbol(keep.length)); },
  bufferFrom: () => { for (;;) keep.push(Buffer.from('x'.repeat(20000))); },
  latin1: () => { for (;;) keep.push(Buffer.from('a'.repeat(2e6), 'latin1')); },
  hex: () => { for (;;) keep.push(Buffer.from('61'.repeat(1e6), 'hex')); },
  concat: () => { for (;;) keep.push(Buffer.concat([Buffer.alloc(1e6, 1), Buffer.alloc(1e6, 2)])); },
  textEncoder: () => { for (;;) keep.push(new TextEncoder().encode('a'.repeat(2e6))); },
  resizable: () => {
    for (;;) {
      const buffer = new ArrayBuffer(0, { maxByteLength: 1e8 });
      buffer.resize(1e8);
      new Uint8Array(buffer).fill(1);
      keep.push(buffer);
    }
  },
  shared: () => {
    for (;;) {
      const buffer = new SharedArrayBuffer(1e7);
      new Uint8Array(buffer).fill(1);
      keep.push(buffer);
    }
  },
  growable: () => {
    for (;;) {
      const buffer = new SharedArrayBuffer(0, { maxByteLength: 1e8 });
      buffer.grow(1e8);
      new Uint8Array(buffer).fill(1);
      keep.push(buffer);
    }
  },
  wasmMemory: () => {
    for (;;) {
      const memory = new WebAssembly.Memory({ initial: 100, maximum: 100 });
      new Uint8Array(memory.buffer).fill(1);
      keep.push(memory);
    }
  },
  blob: () => { const bytes = new Uint8Array(1e7); for (;;) keep.push(new Blob([bytes])); },
  deflate: () => { for (;;) keep.push(zlib.zlib.createDeflateRaw({ memLevel: 9, windowBits: 15 })); },
  gunzip: () => {
    const bomb = zlib.zlib.gzipSync(Buffer.alloc(3e7));
    for (;;) keep.push(zlib.zlib.gunzipSync(bomb));
  },
  brotliStreams: async () => {
    const z = zlib.zlib;
    const bytes = crypto.randomBytes(1e6);
    for (;;) {
      const stream = z.createBrotliCompress({ params: { [z.constants.BROTLI_PARAM_LGWIN]: 24 } });
      stream.on('data', () => {});
      stream.write(bytes);
      keep.push(stream);
      await later(1);
    }
  },
  intl: () => { for (;;) keep.push(new Intl.DateTimeFormat('ar', { dateStyle: 'full', timeStyle: 'full' }).format(0), new Intl.Collator('zh-u-co-pinyin')); },
  ciphers: () => { for (;;) keep.push(crypto.createCipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12))); },
  hashes: () => { for (;;) keep.push(crypto.createHash('sha512')); },
  random: () => { for (;;) keep.push(crypto.randomBytes(1e6)); },
  keys: () => { for (;;) keep.push(crypto.createSecretKey(Buffer.alloc(1e6, 1))); },
  regExps: () => { for (let i = 0; ; i += 1) { const r = new RegExp(`(?:a{1,900}b${i}){1,3}`); r.test('ab'); keep.push(r); } },
  functions: () => { for (let i = 0; ; i += 1) keep.push(new Function(`return [${'1,'.repeat(10000)}${i}]`)); },
  maps: () => { const map = new Map(); for (let i = 0; ; i += 1) map.set(i, { i }); },
  errors: () => { for (;;) keep.push(new Error('x'.repeat(1000)).stack); },
  logs: () => { for (;;) console.log('x'.repeat(1e6)); },
  promises: async () => { for (;;) keep.push(new Promise(() => {}).then(() => {})); },
  timers: () => { for (;;) setTimeout(() => {}, 1e6); },
  messages: () => { for (;;) keep.push(structuredClone({ a: 'x'.repeat(1e5) + keep.length })); },
  urls: () => { for (;;) keep.push(new URL(`https://example.com/${'x'.repeat(10000)}${keep.length}`)); },
};

// V8 ends its process where it can't go on.
const crash = {
  split: () => 'x'.repeat(2.6e8).split('').length,
  splitx: () => 'x'.repeat(3e8).split('x').length,
  match: () => 'x'.repeat(3e8).match(/x/g).length,
  json: () => JSON.parse('[' + '1,'.repeat(2e8) + '1]').length,
  deepJson: () => JSON.parse('['.repeat(5e7) + ']'.repeat(5e7)),
  source: () => new Function('a'.repeat(4e8) + '=1'),
  nested: () => new Function('('.repeat(1e6) + '1' + ')'.repeat(1e6))(),
  spread: () => Math.max(...new Array(1e7).fill(1)),
  array: () => new Array(2 ** 27).fill({}).map((x, i) => ({ i })),
  recursion: () => { const f = () => [f()].toString(); f(); },
  proxies: () => { let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x; },
  regExp: () => new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test('x'),
};

const attacks = { hang, late, memory, crash };

async function onTrack(event) {
  if (event.event === 'after') return 'alive';
  const [kind, name] = event.event.split('.');
  return attacks[kind][name]();
}
