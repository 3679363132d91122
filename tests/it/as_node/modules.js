// What Node's modules give that functions reach: zlib, Buffer, streams, events, string_decoder, timers, and the web's.
const { stream: { Readable, Writable, Duplex, Stream }, querystring } = AWS.util;
const EventEmitter = Object.getPrototypeOf(Stream.prototype).constructor;
const StringDecoder = new Readable({ encoding: 'utf8' })._readableState.decoder.constructor;
const z = zlib.zlib;
const attempt = (act) => { try { const value = act(); return Buffer.isBuffer(value) ? value.toString('hex') : value; } catch (error) { return [error.name, error.code ?? null, error.message]; } };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const cases = {
  buffers: () => [
    Buffer.concat([], 5).length, attempt(() => Buffer.concat([], -1).length), Buffer.from('abc').buffer.byteLength, Buffer.allocUnsafe(3).buffer.byteLength,
    attempt(() => Buffer.from('abc').toString(null)), attempt(() => Buffer.from('abc').toString('nope')), attempt(() => Buffer.from('abc', 'nope')),
    Buffer.from('a foo b foo').indexOf(new Uint8Array([0x66, 0x6f, 0x6f])), Buffer.from('a foo b foo').lastIndexOf(new Uint8Array([0x66, 0x6f, 0x6f])),
    Buffer.from('ff').indexOf(Buffer.from('f'), 1, 'ucs2'), Buffer.from('abcab', 'ucs2').lastIndexOf('ab', undefined, 'ucs2'), Buffer.from('abcab', 'ucs2').indexOf('b', 3, 'ucs2'),
    attempt(() => Buffer.from({ buffer: new SharedArrayBuffer(4) }).length),
    attempt(() => { function Fake() {} Object.setPrototypeOf(Fake.prototype, ArrayBuffer.prototype); return Buffer.from(new Fake()).length; }),
    attempt(() => Buffer.prototype.indexOf.call({}, 1)),
  ],
  decoders: () => {
    const utf8 = new StringDecoder('utf8');
    const wide = new StringDecoder('utf16le');
    const bytes = (text) => Buffer.from(text, 'hex');
    return [
      utf8.end(bytes('e2')), utf8.end(bytes('61')), utf8.write(bytes('e080')), utf8.lastNeed, utf8.lastTotal, utf8.end(),
      utf8.write(bytes('f69b')), utf8.write(bytes('d1')), utf8.end(), wide.write(bytes('3dd8')), wide.write(bytes('4d')), wide.write(bytes('dc')), wide.end(),
      wide.write(bytes('3dd84d')), wide.end(), utf8.write(new Uint16Array([0x6868])),
      attempt(() => utf8.write(null)), attempt(() => new StringDecoder('nope')), attempt(() => StringDecoder.prototype.write.call({}, 1)), new StringDecoder('base64url').encoding,
      attempt(() => { const one = Readable.from([Buffer.from('ab?>')], { objectMode: false }); one.setEncoding('base64url'); return one.readableEncoding; }),
    ].map((each) => (typeof each === 'string' ? escape(each) : each));
  },
  async events() {
    const heard = [];
    const emitter = new EventEmitter({ captureRejections: true });
    emitter.on('error', (error) => heard.push(['error', error.message]));
    emitter.on('a', async () => { throw new Error('kaboom'); });
    emitter.emit('a');
    await sleep(1);
    const named = new EventEmitter();
    named.on(Symbol('s'), () => {});
    named.on('b', () => {});
    named.on('removeListener', (name) => heard.push(String(name)));
    named.removeAllListeners();
    const target = new EventTarget();
    target.addEventListener('a', () => {});
    return [
      heard, new EventEmitter().on('a', () => {}).listenerCount('a', () => {}), EventEmitter.prototype.on.name, EventEmitter.getEventListeners(target, 'a').length,
      attempt(() => { EventEmitter.setMaxListeners(5, target); return EventEmitter.getMaxListeners(target); }), attempt(() => emitter.setMaxListeners(-1)),
      attempt(() => { EventEmitter.defaultMaxListeners = -1; }), attempt(() => new EventEmitter().emit('error', { [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error(); } })),
      attempt(() => new EventEmitter().emit('error', 'text')), attempt(() => new EventEmitter().on('a')), attempt(() => new EventEmitter({ captureRejections: 1 })),
    ];
  },
  async timers() {
    const order = [];
    await new Promise((resolve) => setTimeout(() => {
      setTimeout(() => order.push('timeout'), 0);
      setImmediate(() => order.push('immediate'));
      setTimeout(resolve, 20);
    }, 0));
    const timeout = setTimeout(() => {}, 1);
    const before = [timeout._destroyed, typeof timeout._onTimeout, timeout._repeat, timeout._idleTimeout, Object.keys(timeout)];
    clearTimeout(timeout);
    const immediate = await new Promise((resolve) => { const one = setImmediate(function () { resolve([this === one, this.constructor.name, one._destroyed, one.hasRef()]); }); });
    const repeated = await new Promise((resolve) => { let calls = 0; const one = setTimeout(() => { if (++calls === 2) { clearTimeout(one); resolve(calls); } one._repeat = 1; }, 1); });
    const disposed = setInterval(() => {}, 1);
    disposed[Symbol.dispose]();
    return [
      order, before, timeout._destroyed, timeout._onTimeout, immediate, repeated, disposed._destroyed, attempt(() => typeof timeout.unref.call({})), `${+setTimeout(() => {}, 1) > 0}`,
      typeof setTimeout[Symbol.for('nodejs.util.promisify.custom')], await setTimeout[Symbol.for('nodejs.util.promisify.custom')](1, 'value'), attempt(() => setTimeout(1)),
    ];
  },
  async zlibs() {
    const seen = [];
    const compress = z.createGzip();
    for (const chunk of ['a', 'b']) {
      compress.write(chunk, () => seen.push(`written ${chunk}`));
      compress.flush(() => seen.push('flushed', compress.read() !== null));
    }
    compress.end(() => seen.push('end'));
    await sleep(50);
    const later = z.createGzip();
    let returned = false;
    later.on('data', function () { seen.push(returned, this.bytesWritten); });
    later.write('x'.repeat(10));
    later.end();
    returned = true;
    await new Promise((resolve) => later.on('end', resolve));
    const old = z.createGzip({ level: NaN });
    const fields = [old._closed, old._level, old._strategy, typeof old._handle, old._chunkSize];
    old.destroy();
    const made = z.gzipSync('abc', { info: true });
    const deflated = z.deflateSync('0123456789'.repeat(4));
    const trailing = z.createInflate();
    let text = '';
    trailing.on('data', (chunk) => (text += chunk));
    trailing.write(deflated);
    trailing.end(Buffer.from('not compressed'));
    await new Promise((resolve) => trailing.on('end', resolve));
    function Own(options) { z.DeflateRaw.call(this, options); this.own = true; }
    Object.setPrototypeOf(Own.prototype, z.DeflateRaw.prototype);
    Object.setPrototypeOf(Own, z.DeflateRaw);
    const { constants } = z;
    attempt(() => { 'use strict'; constants.Z_OK = 1; });
    return [
      seen, fields, old._handle, Object.keys(made), made.engine instanceof z.Gzip, text, trailing.bytesWritten === deflated.length,
      z.inflateRawSync(new Own()._processChunk(Buffer.from('abc'), constants.Z_FINISH)).toString(), constants.Z_OK, Object.isFrozen(z.codes),
      attempt(() => z.createGzip({ chunkSize: 0 })), attempt(() => z.createGzip({ windowBits: 0 })), attempt(() => z.createGzip({ chunkSize: Infinity })), attempt(() => z.createGzip({ level: 'x' })),
      attempt(() => new z.Gunzip({ objectMode: true }).on('error', () => {}).write({})), attempt(() => z.createBrotliCompress({ params: { [constants.BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING]: 42 } })),
      attempt(() => z.createBrotliCompress({ params: { 0: 0, '00': 0 } })), attempt(() => z.gunzipSync('abc')), attempt(() => z.gunzipSync(1)), attempt(() => z.gzip('a')),
      attempt(() => z.inflateSync(deflated.subarray(0, 5))), attempt(() => z.gzipSync('a'.repeat(100), { maxOutputLength: 10 })),
    ];
  },
  async streams() {
    const collect = async (readable) => { const all = []; for await (const each of readable) all.push(String(each)); return all; };
    const web = () => new ReadableStream({ start(controller) { controller.enqueue('a'); controller.enqueue('b'); controller.close(); } });
    const written = [];
    const sink = new Writable({ write(chunk, encoding, callback) { written.push([String(chunk), encoding]); callback(); } });
    const given = await new Promise((resolve) => sink.end('a', (...args) => resolve(args)));
    const reader = Readable.toWeb(Readable.from(['x', 'y'])).getReader();
    const toWeb = [(await reader.read()).value, (await reader.read()).value, (await reader.read()).done];
    const kept = [];
    const into = Writable.fromWeb(new WritableStream({ write: (chunk) => void kept.push(Buffer.from(chunk).toString()) }));
    await new Promise((resolve) => into.end('text', resolve));
    const views = new Writable({ write(chunk, encoding, callback) { written.push([Buffer.isBuffer(chunk), chunk.length]); callback(); } });
    views.write(new DataView(new ArrayBuffer(3)));
    return [
      given, written, await collect(Readable.fromWeb(web(), { objectMode: true })), toWeb, kept, await collect(Duplex.from({ readable: web() })),
      attempt(() => new Readable({ defaultEncoding: 'nope' })), attempt(() => new Writable({ defaultEncoding: 'nope' })), attempt(() => new Writable({ write() {} }).write(1)),
      attempt(() => Readable.fromWeb(1)),
    ];
  },
  async webs() {
    const controller = new AbortController();
    controller.abort();
    const buffer = new ArrayBuffer(1);
    const clone = structuredClone({ buffer }, { transfer: [buffer] });
    const decode = (label, bytes, options) => attempt(() => new TextDecoder(label, options).decode(new Uint8Array(bytes)));
    return [
      controller.signal.reason.message, controller.signal.reason.name, AbortSignal.abort().reason.message, AbortSignal.abort(1).reason, buffer.byteLength, clone.buffer.byteLength,
      attempt(() => queueMicrotask(5)), decode('utf-8', [255], { fatal: true }), decode('nope', []), decode('latin1', [0x80, 0xe9]), decode('utf-16le', [0, 0xd8], { fatal: true }), decode('utf-8', [0xff, 65]),
      attempt(() => querystring.escape('\ud801')), attempt(() => querystring.escape('\ud801test')), attempt(() => querystring.escape({})),
    ];
  },
};

async function onTrack() {
  const seen = {};
  for (const [name, act] of Object.entries(cases)) seen[name] = await act();
  return seen;
}
