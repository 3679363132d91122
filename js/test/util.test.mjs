import assert from 'node:assert/strict';
import { test } from 'node:test';
import nodeUtil from 'node:util';
import table from '../testing/inspect-table.cjs';
import { load, outcome } from '../testing/load.mjs';

const util = load('util');

test('inspect renders values as Node does', () => {
  for (const [name, value] of Object.entries(table.byJavaScript)) {
    assert.equal(util.inspect(value), nodeUtil.inspect(value), name);
  }
});

test('inspect takes the options that Node takes', () => {
  const { nested, holes, accessors, circular, texts, object, map, caused, longText } = table.byJavaScript;
  const value = { nested, holes, accessors, circular, texts, object, map, caused, longText, number: 123456789.25 };
  for (const options of table.options)
    assert.equal(util.inspect(value, options), nodeUtil.inspect(value, options), JSON.stringify(options));
});

test('format fills its placeholders as Node does', () => {
  for (const args of table.formats) assert.equal(util.format(...args), nodeUtil.format(...args));
});

test('inspect.custom and defaultOptions are the ones of inspect', () => {
  assert.equal(util.inspect.custom, nodeUtil.inspect.custom);
  assert.deepEqual(util.inspect.defaultOptions, nodeUtil.inspect.defaultOptions);
});

test('promisify passes results, errors, custom forms and names on', async () => {
  const add = util.promisify((a, b, callback) => callback(null, a + b));
  assert.equal(await add(1, 2), 3);
  await assert.rejects(util.promisify((callback) => callback(new Error('no')))(), /^Error: no$/);
  const custom = () => {};
  custom[util.promisify.custom] = () => Promise.resolve('custom');
  assert.equal(await util.promisify(custom)(), 'custom');
  assert.equal(util.promisify.custom, nodeUtil.promisify.custom);
  assert.deepEqual(
    outcome(() => util.promisify(1)),
    outcome(() => nodeUtil.promisify(1)),
  );
});

test('callbackify gives values and reasons to its callback', async () => {
  const call = (body) => new Promise((resolve) => util.callbackify(body)((...args) => resolve(args)));
  assert.deepEqual(await call(async () => 5), [null, 5]);
  const [error] = await call(() => Promise.reject(null));
  assert.equal(error.code, 'ERR_FALSY_VALUE_REJECTION');
  assert.equal(error.reason, null);
});

test('inherits, types and isDeepStrictEqual agree with Node', () => {
  function Base() {}
  function Derived() {}
  util.inherits(Derived, Base);
  assert.ok(new Derived() instanceof Base);
  assert.equal(Derived.super_, Base);
  for (const name of Object.keys(nodeUtil.types)) {
    for (const [row, value] of Object.entries(table.byJavaScript)) {
      assert.equal(util.types[name]?.(value), nodeUtil.types[name](value), `${name} of ${row}`);
    }
  }
  const pairs = [
    [{ a: [1, new Map([[1, { b: 2 }]])] }, { a: [1, new Map([[1, { b: 2 }]])] }],
    [[0], [-0]],
    [NaN, NaN],
    [new Set([1]), new Set([2])],
    [new Date(1), new Date(1)],
    [{ a: 1 }, { a: '1' }],
  ];
  for (const [a, b] of pairs) assert.equal(util.isDeepStrictEqual(a, b), nodeUtil.isDeepStrictEqual(a, b));
});
