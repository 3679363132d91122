import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../testing/load.mjs';

const stream = load('stream');
const { Buffer } = load('buffer');

async function collect(readable) {
  const chunks = [];
  for await (const chunk of readable) chunks.push(chunk);
  return chunks;
}

test('data goes through a pipeline, as our Buffers', async () => {
  const upper = new stream.Transform({
    transform: (chunk, _encoding, callback) => callback(null, chunk.toString().toUpperCase()),
  });
  const chunks = [];
  const sink = new stream.Writable({
    write: (chunk, _encoding, callback) => {
      chunks.push(chunk);
      callback();
    },
  });
  await load('stream/promises').pipeline(stream.Readable.from(['a', 'b']), upper, sink);
  assert.ok(chunks.every((chunk) => Buffer.isBuffer(chunk)));
  assert.equal(Buffer.concat(chunks).toString(), 'AB');
});

test('an error ends the pipeline and every stream in it', async () => {
  const source = new stream.Readable({
    read() {
      this.destroy(new Error('broken'));
    },
  });
  const through = new stream.PassThrough();
  await assert.rejects(
    load('stream/promises').pipeline(source, through, new stream.PassThrough().resume()),
    /^Error: broken$/,
  );
  assert.ok(source.destroyed && through.destroyed);
});

test('the module is the legacy Stream, as in Node', () => {
  assert.equal(stream.Stream, stream);
  assert.ok(new stream.PassThrough() instanceof stream);
  assert.ok(new stream.Duplex() instanceof stream.Readable);
  assert.equal(stream.promises, load('stream/promises'));
  assert.equal(typeof stream.pipeline, 'function');
});

test('characters split between chunks are put together', async () => {
  const readable = stream.Readable.from([Buffer.from([0xe2, 0x82]), Buffer.from([0xac])]);
  readable.setEncoding('utf8');
  assert.equal((await collect(readable)).join(''), '€');
});
