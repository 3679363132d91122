import assert from 'node:assert/strict';
import nodeCrypto from 'node:crypto';
import { test } from 'node:test';
import { load, outcome } from '../testing/load.mjs';

const crypto = load('crypto');
const { Buffer } = load('buffer');

const same = (body) => {
  const comparable = (module) => {
    const { value, ...failed } = outcome(() => body(module));
    return value instanceof Uint8Array ? { bytes: [...value] } : { value, ...failed };
  };
  assert.deepEqual(comparable(crypto), comparable(nodeCrypto), String(body));
};

test("digests are Node's in every algorithm, name and encoding", () => {
  for (const algorithm of [
    'md5',
    'sha1',
    'SHA224',
    'sha256',
    'RSA-SHA256',
    'sha-256',
    'Sha384',
    'sha512',
    'sha512-256',
    'RSA-SHA512/224',
  ]) {
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1', 'binary', undefined, 'nope', 'buffer']) {
      same((c) =>
        c
          .createHash(algorithm)
          .update('héllo')
          .update(new Uint8Array([1, 2]))
          .digest(encoding),
      );
      same((c) => c.createHmac(algorithm, 'kéy').update('héllo').digest(encoding));
    }
  }
  same((c) => c.createHash('sha1').digest('hex'));
  same((c) => c.createHash('sha1').update('\ud800').digest('hex'));
  same((c) => c.createHash('sha1').update('68656c6c6f', 'hex').digest('hex'));
  same((c) => c.createHash('sha1').update('aGk=', 'base64').update('é', 'latin1').digest('hex'));
  same((c) =>
    c
      .createHash('sha1')
      .update(new DataView(new ArrayBuffer(3)))
      .digest('hex'),
  );
  same((c) => c.createHmac('sha1', 'aabb', { encoding: 'hex' }).update('a').digest('hex'));
  same((c) =>
    c
      .createHmac('sha256', new Uint16Array([1, 2]))
      .update('a')
      .digest('hex'),
  );
  same((c) => c.Hash('md5').update('a').digest('hex'));
});

test('what is more than fits the buffer goes through the streaming ops', () => {
  const chunk = 'x'.repeat(50_000);
  same((c) => c.createHash('sha256').update(chunk).update(chunk).update(chunk).digest('hex'));
  same((c) => c.createHmac('sha256', 'k').update(chunk).update(chunk).digest('hex'));
  same((c) => {
    const hash = c.createHash('sha256').update(chunk).update(chunk);
    const copy = hash.copy();
    return [hash.update('a').digest('hex'), copy.update('b').digest('hex'), copy.copy === hash.copy].join();
  });
});

test("a Buffer that changes after update doesn't change the digest, though Buffer's slice shares memory", () => {
  const digest = (c, bytes, work) => {
    const state = work(c).update(bytes);
    bytes[0] = 9;
    return state.digest('hex');
  };
  const bytes = { ours: () => Buffer.from('abc'), nodes: () => globalThis.Buffer.from('abc') };
  for (const work of [(c) => c.createHash('md5'), (c) => c.createHmac('md5', 'k')]) {
    assert.equal(digest(crypto, bytes.ours(), work), digest(nodeCrypto, bytes.nodes(), work));
  }
  const key = Buffer.from('key');
  const hmac = crypto.createHmac('md5', key);
  key[0] = 0;
  assert.equal(hmac.digest('hex'), nodeCrypto.createHmac('md5', 'key').digest('hex'));
});

test("bytes that change after update don't change the digest", () => {
  same((c) => {
    const bytes = new Uint8Array([1, 2, 3]);
    const hash = c.createHash('md5').update(bytes);
    bytes[0] = 9;
    return hash.digest('hex');
  });
});

test("errors are Node's", () => {
  for (const body of [
    (c) => c.createHash('nope'),
    (c) => c.createHash(5),
    (c) => c.createHmac('nope', 'k'),
    (c) => c.createHmac('sha1'),
    (c) => c.createHmac('sha1', null),
    (c) => c.createHash('md5').update(5),
    (c) => c.createHash('md5').update(),
    (c) => c.createHash('md5').update(null),
    (c) => c.createHash('md5').update({}),
    (c) => c.createHash('md5').update('abc', 'hex'),
    (c) => {
      const h = c.createHash('md5');
      h.digest();
      h.digest();
    },
    (c) => {
      const h = c.createHash('md5');
      h.digest();
      h.update('a');
    },
    (c) => {
      const h = c.createHash('md5');
      h.digest();
      h.copy();
    },
    (c) => {
      const h = c.createHmac('md5', 'k');
      h.digest();
      return h.digest('hex');
    },
    (c) => {
      const h = c.createHmac('md5', 'k');
      h.digest();
      h.update('x');
    },
    (c) => c.createHash('sha1', { outputLength: 3 }),
    (c) => c.randomBytes(-1),
    (c) => c.randomBytes('x'),
    (c) => c.randomBytes(2 ** 31),
    (c) => c.randomInt(5, 5),
    (c) => c.randomInt('x'),
    (c) => c.randomInt(0, 2 ** 49),
    (c) => c.timingSafeEqual('a', 'b'),
    (c) => c.timingSafeEqual(new Uint8Array(1), new Uint8Array(2)),
    (c) => c.randomFillSync(new Uint8Array(2), 5),
    (c) => c.randomFillSync(new Uint8Array(2), 1, 5),
    (c) => c.randomFillSync('x'),
    (c) => c.randomUUID(5),
  ])
    same(body);
});

test('random values have the shape and range that was asked for', async () => {
  assert.equal(crypto.randomBytes(20).length, 20);
  assert.ok(Buffer.isBuffer(crypto.randomBytes(1)));
  assert.notDeepEqual(crypto.randomBytes(20), crypto.randomBytes(20));
  assert.match(crypto.randomUUID(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const seen = new Set(Array.from({ length: 500 }, () => crypto.randomInt(3, 6)));
  assert.deepEqual([...seen].sort(), [3, 4, 5]);
  const bytes = await new Promise((resolve, reject) =>
    crypto.randomBytes(4, (error, value) => (error ? reject(error) : resolve(value))),
  );
  assert.equal(bytes.length, 4);
  assert.ok(
    crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('a')) &&
      !crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('b')),
  );
});

test('a hash is a stream', async () => {
  const hash = crypto.createHash('sha256');
  hash.setEncoding('hex');
  hash.write('some ');
  hash.end('data');
  let text = '';
  for await (const piece of hash) text += piece;
  assert.equal(text, nodeCrypto.createHash('sha256').update('some data').digest('hex'));
  const { Readable } = load('stream');
  const piped = Readable.from(['a', 'b']).pipe(crypto.createHmac('sha1', 'k'));
  const [digest] = await load('events').once(piped, 'data');
  assert.equal(digest.toString('hex'), nodeCrypto.createHmac('sha1', 'k').update('ab').digest('hex'));
});

test("names and numbers are Node's", () => {
  const listed = (names) => Object.getOwnPropertyNames(names).sort();
  assert.deepEqual(
    listed(crypto).filter((name) => !listed(nodeCrypto).includes(name)),
    [],
  );
  for (const list of ['getCiphers', 'getCurves', 'getHashes']) assert.deepEqual(crypto[list](), nodeCrypto[list]());
  assert.deepEqual({ ...crypto.constants }, { ...nodeCrypto.constants });
});

test('a member that is replaced stays what it was replaced by', () => {
  const { createSign } = crypto;
  crypto.createSign = 5;
  assert.equal(crypto.createSign, 5);
  crypto.createSign = createSign;
  assert.equal(crypto.createSign, createSign);
});
