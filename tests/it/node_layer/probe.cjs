'use strict';

// What tests/it/node_layer.rs runs twice, over segfn's Node layer and over Node itself. `rows` must
// come out equal; what one side compresses, the other must be able to read.

// Lone surrogates, which JSON can't carry to Rust.
const visible = (text) =>
  text.isWellFormed()
    ? text
    : [...text].map((c) => (c.isWellFormed() ? c : `<${c.charCodeAt(0).toString(16)}>`)).join('');

const attempt = (body) => {
  try {
    const value = body();
    if (typeof value === 'string') return visible(value);
    return value instanceof Uint8Array ? Array.from(value) : value;
  } catch (error) {
    return { name: error.name, message: error.message, code: error.code, errno: error.errno };
  }
};

const long = Array.from({ length: 5000 }, (_, i) => `line ${i} ${i * i}\n`).join('');

exports.rows = async (require, table) => {
  const rows = {};
  const add = (name, body) => {
    rows[visible(name)] = attempt(body);
  };
  const addLater = async (name, promise) => {
    rows[name] = await promise.then(
      (value) => attempt(() => value),
      (error) => ({ name: error.name, message: error.message, code: error.code, errno: error.errno }),
    );
  };

  const util = require('util');
  for (const [name, value] of [...Object.entries(table.byV8), ...Object.entries(table.byJavaScript)]) {
    add(`inspect ${name}`, () => util.inspect(value));
    add(`inspect ${name}, everything`, () =>
      util.inspect(value, {
        showHidden: name !== 'reflect' && name !== 'math' && name !== 'json' && !/class|function|Prototype/i.test(name),
        showProxy: true,
        depth: 4,
      }),
    );
  }
  table.formats.forEach((args, i) => add(`format ${i}`, () => util.format(...args)));
  for (const type of Object.keys(util.types).filter((name) => !/External|Key/.test(name))) {
    add(type, () =>
      [...Object.values(table.byV8), ...Object.values(table.byJavaScript)]
        .map((value) => (util.types[type](value) ? 1 : 0))
        .join(''),
    );
  }

  const { Buffer } = require('buffer');
  const texts = ['', 'hello', '€uro ñ', '😀', '\ud800x', 'aGk=', 'aGk', 'a-_b', 'a=b', 'é=é', '6865zz', 'FFfe0'];
  for (const encoding of ['utf8', 'latin1', 'ascii', 'utf16le', 'hex', 'base64', 'base64url']) {
    for (const text of texts) {
      add(`from ${text} ${encoding}`, () => Buffer.from(text, encoding));
      add(`byteLength ${text} ${encoding}`, () => Buffer.byteLength(text, encoding));
      add(`to ${text} ${encoding}`, () => Buffer.from(text).toString(encoding));
      add(`write ${text} ${encoding}`, () => {
        const buffer = Buffer.alloc(5);
        return `${buffer.write(text, 1, encoding)} ${buffer.join()}`;
      });
    }
    for (const bytes of [
      [0xff, 0xfe, 0x41],
      [0xef, 0xbb, 0xbf, 0x61],
      [0xe2, 0x82],
      [0xf0, 0x9f, 0x98],
      [1, 2, 3, 4, 5],
    ]) {
      add(`decode ${bytes} ${encoding}`, () => Buffer.from(bytes).toString(encoding));
      add(`decode ${bytes}[1..3] ${encoding}`, () => Buffer.from(bytes).toString(encoding, 1, 3));
    }
  }
  add('isUtf8', () => [Buffer.from('é'), Buffer.from([0xff])].map(require('buffer').isUtf8).join());
  add('a string that is too long', () => Buffer.alloc(0x1fffffe9).toString('latin1').length);

  const crypto = require('crypto');
  for (const algorithm of ['md5', 'sha1', 'sha224', 'SHA256', 'sha384', 'RSA-SHA512', 'sha512-256', 'sha512-224']) {
    add(`${algorithm} of text`, () => crypto.createHash(algorithm).update('héllo \ud800').digest('hex'));
    add(`${algorithm} of bytes`, () =>
      crypto
        .createHash(algorithm)
        .update(new Uint8Array([1, 2, 3]))
        .digest('base64'),
    );
    add(`${algorithm} of much`, () =>
      crypto.createHash(algorithm).update(long).update(long).copy().update('x').digest('hex'),
    );
    add(`${algorithm} of nothing`, () => crypto.createHash(algorithm).digest());
    add(`hmac ${algorithm}`, () =>
      crypto.createHmac(algorithm, 'ké'.repeat(80)).update('a').update(new Uint8Array(3)).digest('hex'),
    );
    add(`hmac ${algorithm} of much`, () =>
      crypto.createHmac(algorithm, new Uint8Array(0)).update(long).digest('base64url'),
    );
  }
  add('unknown hash', () => crypto.createHash('nope'));
  add(
    'equal',
    () =>
      crypto.timingSafeEqual(Buffer.from('abc'), Buffer.from('abc')) &&
      !crypto.timingSafeEqual(Buffer.from('abc'), Buffer.from('abd')),
  );
  add('random', () => crypto.randomBytes(16).some((byte) => byte !== 0) && crypto.randomUUID().length);
  const hash = crypto.createHash('sha256');
  hash.end(long);
  await addLater(
    'hash as a stream',
    require('events')
      .once(hash, 'data')
      .then(([digest]) => digest),
  );

  const zlib = require('zlib');
  const gzipped = Buffer.from('1f8b0800000000000003cb48cdc9c95728cf2fca49010085114a0d0b000000', 'hex');
  const wrongCrc = Buffer.from(gzipped);
  wrongCrc[wrongCrc.length - 6] ^= 1;
  for (const [name, bytes] of Object.entries({
    gzipped,
    short: gzipped.subarray(0, 15),
    empty: Buffer.alloc(0),
    text: Buffer.from('not compressed at all'),
    trailing: Buffer.concat([gzipped, Buffer.from('xx')]),
    twice: Buffer.concat([gzipped, gzipped]),
    wrongCrc,
    method: Buffer.from('1f8b0700000000000003cb48', 'hex'),
    window: Buffer.from('f89c', 'hex'),
    block: Buffer.from('789c07', 'hex'),
    stored: Buffer.from('789c0100000000', 'hex'),
    distance: Buffer.from('4bcc00', 'hex'),
  })) {
    for (const method of ['gunzipSync', 'unzipSync', 'inflateSync', 'inflateRawSync']) {
      add(`${method} ${name}`, () => zlib[method](bytes).toString());
      add(`${method} ${name}, as far as it goes`, () =>
        zlib[method](bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString(),
      );
    }
    await addLater(`gunzip ${name}`, util.promisify(zlib.gunzip)(bytes).then(String));
    const { pipeline } = require('stream/promises');
    const { Readable, Writable } = require('stream');
    for (const create of ['createGunzip', 'createInflate', 'createUnzip']) {
      const pieces = [];
      const sink = new Writable({
        write: (piece, _encoding, callback) => {
          pieces.push(piece);
          callback();
        },
      });
      // Byte by byte, as the network may bring it.
      const source = Readable.from([...bytes].map((byte) => Buffer.from([byte])));
      await addLater(
        `${create} ${name}`,
        pipeline(
          source,
          zlib[create]({ flush: zlib.constants.Z_SYNC_FLUSH, finishFlush: zlib.constants.Z_SYNC_FLUSH }),
          sink,
        ).then(() => Buffer.concat(pieces).toString()),
      );
    }
  }
  add('dictionary', () =>
    zlib
      .inflateSync(zlib.deflateSync('hello hello', { dictionary: Buffer.from('hello') }), {
        dictionary: Buffer.from('hello'),
      })
      .toString(),
  );
  add('no dictionary', () =>
    zlib.inflateSync(zlib.deflateSync('hello hello', { dictionary: Buffer.from('hello') })).toString(),
  );
  add('wrong dictionary', () =>
    zlib
      .inflateSync(zlib.deflateSync('hello hello', { dictionary: Buffer.from('hello') }), {
        dictionary: Buffer.from('other'),
      })
      .toString(),
  );
  add('too much', () => zlib.gunzipSync(zlib.gzipSync(long), { maxOutputLength: 1000 }));
  const gzip = zlib.createGzip();
  gzip.write('first');
  const flushed = await new Promise((resolve) => gzip.flush(() => resolve(gzip.read())));
  add('flush gives what was written so far', () =>
    zlib.gunzipSync(flushed, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString(),
  );

  const order = [];
  process_(require).nextTick(() => order.push('tick'));
  await new Promise((resolve) => require('timers').setTimeout(resolve, 1));
  add('nextTick comes before timers', () => order.join());
  await addLater('timers/promises', require('timers/promises').setTimeout(1, 'value'));

  const { AsyncLocalStorage, AsyncResource } = require('async_hooks');
  const storage = new AsyncLocalStorage();
  const later = () => new Promise((resolve) => require('timers').setTimeout(resolve, 1));
  await addLater(
    'a store follows promises',
    storage.run('outer', async () => {
      const inner = storage.run('inner', async () => {
        await later();
        return storage.getStore();
      });
      await later();
      return [storage.getStore(), await inner, storage.exit(() => storage.getStore())].join();
    }),
  );
  add('no store outside', () => storage.getStore() === undefined);
  add('a resource binds', () =>
    AsyncResource.bind(function (a) {
      return [this.x, a].join();
    }).call({ x: 1 }, 2),
  );

  const { AssertionError } = require('assert');
  for (const [name, body] of Object.entries({
    equal: (assert) => assert.equal(1, 2),
    strictEqual: (assert) => assert.strictEqual('a', 'b'),
    ok: (assert) => assert.ok(0, 'no'),
    deepEqual: (assert) => assert.deepEqual([1, { a: 1 }], [1, { a: '1' }]),
    deepStrictEqual: (assert) => assert.deepStrictEqual(new Map([[1, 2]]), new Map([[1, 2]])),
    throws: (assert) =>
      assert.throws(() => {
        throw new TypeError('x');
      }, /x/),
    fail: (assert) => assert.fail('f'),
  }))
    add(`assert.${name}`, () => body(require('assert')));
  add('AssertionError', () => new AssertionError({ message: 'm', actual: 1, expected: 2, operator: 'o' }).code);
  add('os', () => [require('os').EOL, require('os').platform(), require('os').constants.errno.ECONNREFUSED].join());
  const decoder = new (require('string_decoder').StringDecoder)('utf8');
  add(
    'string_decoder',
    () =>
      decoder.write(Buffer.from([0xe2, 0x82])) + decoder.write(Buffer.from([0xac])) + decoder.end(Buffer.from([0xe2])),
  );
  add('punycode', () => require('punycode').toASCII('mañana.com'));
  return rows;
};

const process_ = (require) => require('process');

exports.compress = (require) => {
  const zlib = require('zlib');
  const made = {};
  for (const level of [-1, 0, 1, 6, 9]) {
    for (const [method, opener] of [
      ['gzipSync', 'gunzipSync'],
      ['deflateSync', 'inflateSync'],
      ['deflateRawSync', 'inflateRawSync'],
      ['gzipSync', 'unzipSync'],
      ['deflateSync', 'unzipSync'],
    ]) {
      made[`${method} ${level} ${opener}`] = zlib[method](long, {
        level,
        memLevel: level === 9 ? 9 : 8,
        strategy: level === 1 ? zlib.constants.Z_FILTERED : 0,
      }).toString('base64');
    }
  }
  return made;
};

exports.open = (require, made) => {
  const zlib = require('zlib');
  const { Buffer } = require('buffer');
  return Object.entries(made)
    .filter(([name, text]) => zlib[name.split(' ')[2]](Buffer.from(text, 'base64')).toString() !== long)
    .map(([name]) => name);
};
