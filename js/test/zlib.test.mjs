import assert from 'node:assert/strict';
import { Buffer as NodeBuffer } from 'node:buffer';
import { test } from 'node:test';
import { load } from '../testing/load.mjs';

// The streams themselves are src/host/zlib.rs's, tested by tests/it/node_layer.rs.
const zlib = load('zlib');

test("the module has Node's names", async () => {
  const node = await import('node:zlib');
  const missing = Object.keys(node).filter((name) => !(name in zlib) && !/brotli|^default$/i.test(name));
  assert.deepEqual(missing, []);
  for (const [name, value] of Object.entries(zlib.constants)) assert.equal(value, node.constants[name], name);
});

test('settings and inputs are checked as in Node', async () => {
  const node = await import('node:zlib');
  for (const body of [
    (z) => z.gzipSync(5),
    (z) => z.gzipSync('x', { level: 15 }),
    (z) => z.gzipSync('x', { level: 'a' }),
    (z) => z.deflateSync('x', { memLevel: 10 }),
    (z) => z.createGunzip({ chunkSize: 1 }),
    (z) => z.gzip('x'),
    (z) => z.inflateSync(undefined),
    (z) => z.deflateSync('x', { windowBits: 7 }),
    (z) => z.createGzip({ strategy: 5 }),
    (z) => z.createGzip({ flush: 9 }),
    (z) => z.createDeflate({ dictionary: 5 }),
  ]) {
    const failure = (module) => {
      try {
        body(module);
        return 'no error';
      } catch ({ name, message, code }) {
        return { name, message, code };
      }
    };
    assert.deepEqual(failure(zlib), failure(node), String(body));
  }
  assert.ok(NodeBuffer.isBuffer(node.gzipSync('x')));
});
