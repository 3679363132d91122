import assert from 'node:assert/strict';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { load } from '../testing/load.mjs';

const { createConsole } = load('segfn:console');

/** What our console and Node's write for the same calls. */
function both(body) {
  const ours = [];
  body(createConsole((level, text) => ours.push(text)));
  const theirs = [];
  const stdout = new Writable({
    write: (chunk, _encoding, callback) => {
      theirs.push(String(chunk).slice(0, -1));
      callback();
    },
  });
  body(new Console({ stdout, stderr: stdout }));
  return [ours, theirs];
}

test("the console writes what Node's writes", () => {
  for (const body of [
    (c) => c.log('a', 1, { b: [1, { c: {} }] }, null),
    (c) => c.log(),
    (c) => c.log('%s is %d', 'x', 5, 'y'),
    (c) => c.log('100%'),
    (c) => c.log('a', 'b'),
    (c) => c.info({ a: 1 }),
    (c) => c.warn('w'),
    (c) => c.error(5n),
    (c) => c.debug(Symbol('x')),
    (c) => c.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 }),
    (c) => c.dirxml({ a: 1 }, [2]),
    (c) => c.assert(true, 'no'),
    (c) => c.assert(false),
    (c) => c.assert(0, 'x %s', 'y'),
    (c) => c.assert(false, { a: 1 }),
    (c) => {
      c.count();
      c.count('x');
      c.count();
      c.countReset();
      c.count();
    },
    (c) => {
      c.group('outer', 1);
      c.log('in\nside');
      c.group();
      c.log({ a: 1 });
      c.groupEnd();
      c.groupEnd();
      c.groupEnd();
      c.log('out');
    },
    (c) => {
      c.groupCollapsed('g');
      c.log('x');
    },
    (c) =>
      c.table([
        { a: 1, b: 'x' },
        { a: 2, c: true },
      ]),
    (c) =>
      c.table([
        [1, 2],
        [3, 4],
      ]),
    (c) => c.table(['x', 'y']),
    (c) => c.table([{ a: 1, b: 2 }], ['b']),
    (c) =>
      c.table(
        new Map([
          ['a', 1],
          [{ x: 1 }, 2],
        ]),
      ),
    (c) => c.table(new Set([1, 'b'])),
    (c) => c.table({ row: { x: 1 }, other: 5 }),
    (c) => c.table('x'),
    (c) => c.table(null),
    (c) => c.table([]),
    (c) => c.table([{ wide: '日本', e: '😀' }]),
    (c) => c.table([{ o: { a: 1 }, big: { a: 1, b: 2, c: 3 }, list: [1, 2, 3, 4, 5] }]),
    (c) => c.table([1, { a: 2 }, null]),
    (c) => c.table([5], ['x']),
    (c) => c.table([{ 10: 1, 2: 2, a: 3 }]),
  ]) {
    const [ours, theirs] = both(body);
    assert.deepEqual(ours, theirs, String(body));
  }
});

test('levels go with the texts', () => {
  const levels = [];
  const console = createConsole((level) => levels.push(level));
  for (const method of ['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir', 'table']) console[method]('x');
  console.assert(false);
  assert.deepEqual(levels, ['log', 'info', 'debug', 'warn', 'error', 'error', 'log', 'log', 'warn']);
});

test("timers and traces have Node's form", () => {
  const texts = [];
  const console = createConsole((_level, text) => texts.push(text));
  console.time();
  console.timeLog('default', { a: 1 });
  console.timeEnd();
  console.timeEnd('nope');
  assert.match(texts[0], /^default: \d+(\.\d+)?ms \{ a: 1 \}$/);
  assert.match(texts[1], /^default: \d+(\.\d+)?ms$/);
  assert.equal(texts[2], "Warning: No such label 'nope' for console.timeEnd()");
  console.trace('here %d', 1);
  assert.match(texts[3], /^Trace: here 1\n +at /);
  assert.doesNotMatch(texts[3], /console\.js/);
});

test('what a logged value throws was swallowed', () => {
  const custom = Symbol.for('nodejs.util.inspect.custom');
  const fails = (text) => {
    throw new Error(text);
  };
  for (const body of [
    (c) => c.log({ [custom]: () => fails('custom') }),
    (c) => c.log({ get a() { return fails('getter'); } }), // prettier-ignore
    (c) => c.log({ get [Symbol.toStringTag]() { return fails('tag'); } }), // prettier-ignore
    (c) => c.log('%s', { toString: () => fails('toString') }),
    (c) => c.log('%j', { toJSON: () => fails('toJSON') }),
    (c) => c.log('%j', 5n),
    (c) => c.log('%s %d', Symbol('a'), Symbol('b')),
    (c) => c.count(Symbol('label')),
    (c) => c.time(Symbol('label')),
    (c) => c.timeEnd(Symbol('label')),
    (c) => c.assert(false, Symbol('label')),
    (c) => c.assert(false, Object.create(null)),
    (c) => c.group(Symbol('label')),
    (c) => c.table([{ get a() { return fails('cell'); } }]), // prettier-ignore
    (c) => c.table([1], 'not an array'),
    (c) => c.trace({ [custom]: () => fails('trace') }),
  ]) {
    const [ours, theirs] = both((console) => {
      try {
        body(console);
      } catch (error) {
        console.log(error.name, error.message);
      }
    });
    assert.deepEqual(ours, theirs, String(body));
  }
});

test('no text is endless', () => {
  const texts = [];
  const console = createConsole((_level, text) => texts.push(text));
  console.log('x'.repeat(300 * 1024));
  assert.ok(texts[0].length < 257 * 1024);
  assert.match(texts[0], /\.\.\. 45056 more characters$/);
});

test('an object graph far larger than memory is cut off', () => {
  const texts = [];
  const console = createConsole((_level, text) => texts.push(text));
  const inner = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, i]));
  console.log(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, inner])));
  assert.equal(texts.length, 1);
  assert.match(texts[0], /^\{\n {2}key0: \{\n {4}key0: 0,/);
  assert.ok(texts[0].length < 257 * 1024);
});

test('methods work without their console', () => {
  const texts = [];
  const { log } = createConsole((_level, text) => texts.push(text));
  ['a'].forEach((text) => log(text));
  assert.deepEqual(texts, ['a']);
});
