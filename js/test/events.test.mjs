import assert from 'node:assert/strict';
import nodeEvents from 'node:events';
import { test } from 'node:test';
import nodeUtil from 'node:util';
import { load, outcome } from '../testing/load.mjs';

const EventEmitter = load('events');

test("emitters look and fail as Node's", () => {
  for (const body of [
    (E) => new E().emit('error', new TypeError('x')),
    (E) => new E().emit('error', 'text'),
    (E) => new E().emit('error', { a: 1 }),
    (E) => new E().emit('error'),
    (E) => new E().on('x', 5),
    (E) => new E().setMaxListeners(-1),
    (E) => E.name,
    (E) => E.defaultMaxListeners,
    (E) => new E().emit('x'),
    (E) =>
      new E()
        .on('x', () => {})
        .eventNames()
        .join(),
    (E) => nodeUtil.inspect(new E()),
    (E) => nodeUtil.inspect(new (class Mine extends E {})()),
  ])
    assert.deepEqual(
      outcome(() => body(EventEmitter)),
      outcome(() => body(nodeEvents)),
      String(body),
    );
});

test('errorMonitor sees errors before their listeners do', () => {
  const emitter = new EventEmitter();
  const seen = [];
  emitter.on('error', () => seen.push('listener'));
  emitter.on(EventEmitter.errorMonitor, () => seen.push('monitor'));
  emitter.emit('error', new Error('x'));
  assert.deepEqual(seen, ['monitor', 'listener']);
});

test('once resolves, rejects on error and aborts', async () => {
  const emitter = new EventEmitter();
  const next = EventEmitter.once(emitter, 'x');
  emitter.emit('x', 1, 2);
  assert.deepEqual(await next, [1, 2]);
  const failing = EventEmitter.once(emitter, 'x');
  emitter.emit('error', new Error('no'));
  await assert.rejects(failing, /^Error: no$/);
  const controller = new AbortController();
  const aborted = EventEmitter.once(emitter, 'x', { signal: controller.signal });
  controller.abort();
  await assert.rejects(aborted, { name: 'AbortError', code: 'ABORT_ERR' });
  assert.equal(emitter.listenerCount('x') + emitter.listenerCount('error'), 0);
  const target = new EventTarget();
  const fromTarget = EventEmitter.once(target, 'y');
  target.dispatchEvent(new Event('y'));
  assert.equal((await fromTarget)[0].type, 'y');
});

test('on gives each event, and ends with an error', async () => {
  const emitter = new EventEmitter();
  const events = EventEmitter.on(emitter, 'x');
  emitter.emit('x', 1);
  emitter.emit('x', 2);
  assert.deepEqual(await events.next(), { value: [1], done: false });
  assert.deepEqual(await events.next(), { value: [2], done: false });
  const waiting = events.next();
  emitter.emit('error', new Error('end'));
  await assert.rejects(waiting, /^Error: end$/);
  assert.deepEqual(await events.next(), { value: undefined, done: true });
});
