import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { load } from '../testing/load.mjs';

const dist = new URL('../dist/', import.meta.url);
const bundles = JSON.parse(readFileSync(new URL('bundles.json', dist), 'utf8'));

test('every bundle is ASCII, for V8 reads it in place, and names only modules that there are', () => {
  const names = new Set(bundles.map(({ name }) => name));
  assert.ok(names.size > 30);
  for (const { name, file } of bundles) {
    const text = readFileSync(new URL(file, dist), 'utf8');
    assert.doesNotMatch(text, /[^\x00-\x7f]/, name);
    for (const [, required] of text.matchAll(/\brequire\("((?:node|segfn):[^"]+)"\)/g))
      assert.ok(names.has(required), `${name} requires ${required}`);
  }
});

test('classes and functions that people see keep their names', () => {
  const { Buffer } = load('buffer');
  assert.deepEqual(
    [
      Buffer.name,
      load('events').name,
      load('node-fetch').Headers.name,
      load('node-fetch').Response.name,
      load('stream').PassThrough.name,
    ],
    ['Buffer', 'EventEmitter', 'Headers', 'Response', 'PassThrough'],
  );
});

test("packages are the platform's versions, and their licences are handed on", () => {
  assert.equal(load('lodash').VERSION, '4.17.19');
  const { components, texts } = JSON.parse(inflateRawSync(readFileSync(new URL('licenses.bin', dist))));
  for (const name of ['lodash 4.17.19', 'node-fetch 2.6.0', 'buffer 6.0.3', 'readable-stream 4.8.0']) {
    assert.ok(
      components.some(
        (each) => `${each.name} ${each.version}` === name && each.texts.every((index) => texts[index].length > 100),
      ),
      name,
    );
  }
});
