import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { environment, folderWithSegfn, root, run as runCommand } from './support.mjs';

const event = (properties = {}) => ({ type: 'track', event: 'Hello', properties });
const slow = 'async function onTrack() { await new Promise((resolve) => setTimeout(resolve, 60_000)) }';
let segfn, cwd, options;
before(async () => {
  cwd = await folderWithSegfn();
  process.env.TMPDIR = join(cwd, 'tmp');
  mkdirSync(process.env.TMPDIR);
  options = { cwd, env: environment() };
  segfn = createRequire(join(cwd, 'x.js'))('segfn');
  writeFileSync(join(cwd, 'slow.js'), slow);
  writeFileSync(join(cwd, 'echo.js'), 'async function onTrack(event, settings) { return { ...event, settings } }');
});

function* endless() {
  for (;;) yield event();
}

/** The processes of the binary that this process has started. */
function running() {
  const lines = execFileSync('ps', ['-A', '-o', 'ppid=,args='], { encoding: 'utf8' }).split('\n');
  const [own, path] = [String(process.pid), segfn.binary()];
  return lines
    .map((line) => line.trim().split(/ +(.*)/))
    .filter(([parent, args]) => parent === own && args?.startsWith(path));
}

async function thrown(promise) {
  return promise.then(
    (value) => assert.fail(`gave ${JSON.stringify(value)}`),
    (error) => error,
  );
}

test('run: an event gives an outcome, several give a list, files and nothing are as on the command line', async () => {
  const one = await segfn.run('functions/redact-emails', event({ text: 'a@example.com' }), options);
  assert.equal(one.value.properties.text, '[e-mail]');
  const all = await segfn.run('functions/redact-emails', [event({ a: 1 }), event({ a: 2 })], options);
  assert.deepEqual(
    all.map(({ value }) => value.properties.a),
    [1, 2],
  );
  assert.deepEqual(await segfn.run('functions/redact-emails', [], options), []);
  const files = await segfn.run('functions/slack-alerts', 'functions/slack-alerts/events/small-order.json', options);
  assert.deepEqual(
    files.map(({ input }) => input),
    ['functions/slack-alerts/events/small-order.json'],
  );
  const own = await segfn.run('functions/enrich-orders', undefined, options);
  assert.equal(own.length, 4);
});

test('run: a batch is an event with events', async () => {
  const batch = { events: [event({ total: 1 }), { type: 'track' }] };
  const outcome = await segfn.run('functions/slack-alerts', batch, options);
  assert.equal(outcome.handler, 'onBatch');
  assert.deepEqual(
    outcome.batch.map(({ class: each }) => each),
    ['success', 'discard'],
  );
});

test('run: outcomes come while events are still being given', async () => {
  let answered;
  async function* events() {
    for (const number of [1, 2, 3]) {
      const before = new Promise((resolve) => (answered = resolve));
      yield event({ number });
      await before;
    }
  }
  const numbers = [];
  for await (const outcome of segfn.run('echo.js', events(), { ...options, kind: 'insert-source' })) {
    numbers.push(outcome.value.properties.number);
    answered();
  }
  assert.deepEqual(numbers, [1, 2, 3]);
});

test("run: options are flags, and settings are in nobody's list of processes", async () => {
  const settings = { apiKey: 'k-123456', on: true, lists: ['a', 'b'], 'a b': 'c=d', looks: 'true' };
  const run = segfn.run('echo.js', endless(), { ...options, kind: 'insert-source', jobs: 2, denyNet: true, settings });
  const results = run[Symbol.asyncIterator]();
  const { value: outcome } = await results.next();
  assert.deepEqual(outcome.value.settings, settings);
  assert.ok(running().length > 0);
  assert.ok(!String(running()).includes('k-123456'));
  await results.return();
  assert.deepEqual(readdirSync(process.env.TMPDIR), [], 'the file of settings is gone');
  const script = "require('segfn').open('slow.js', { settings: { a: 'b' } }).run({}); process.exit()";
  await runCommand(process.execPath, ['-e', script], { cwd, env: { TMPDIR: process.env.TMPDIR } });
  assert.deepEqual(readdirSync(process.env.TMPDIR), [], 'also when Node ends early');
});

test('run: an environment and a condition are flags like others', async () => {
  writeFileSync(join(cwd, 'segfn.toml'), '[env.qa.settings]\nurl = "https://qa.example.com"\n');
  const how = { ...options, kind: 'insert-source', environment: 'qa', where: 'properties.number > 1' };
  const outcomes = await segfn.run(
    'echo.js',
    [1, 2, 3].map((number) => event({ number })),
    how,
  );
  writeFileSync(join(cwd, 'segfn.toml'), '');
  assert.deepEqual(
    outcomes.map(({ value }) => [value.properties.number, value.settings.url]),
    [
      [2, 'https://qa.example.com'],
      [3, 'https://qa.example.com'],
    ],
  );
});

test('run: who leaves the loop ends the process and the events', async () => {
  let returned = false;
  function* events() {
    try {
      yield* endless();
    } finally {
      returned = true;
    }
  }
  for await (const outcome of segfn.run('functions/redact-emails', events(), options)) {
    assert.equal(outcome.class, 'success');
    break;
  }
  assert.deepEqual(running(), []);
  assert.ok(returned);
});

test('run: leaving ends a process that would not answer', async () => {
  const iterator = segfn.run('slow.js', [event()], { ...options, timeout: '3600s' })[Symbol.asyncIterator]();
  const next = iterator.next();
  while (running().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await iterator.return();
  assert.deepEqual(await next, { done: true, value: undefined });
  assert.deepEqual(running(), []);
});

test('run: events are taken no faster than outcomes are', async () => {
  let given = 0;
  function* events() {
    for (;;) {
      given += 1;
      yield event({ text: 'x'.repeat(1000) });
    }
  }
  const iterator = segfn.run('functions/redact-emails', events(), options)[Symbol.asyncIterator]();
  await iterator.next();
  let before;
  do {
    before = given;
    await new Promise((resolve) => setTimeout(resolve, 300));
  } while (given > before);
  assert.ok(given < 20_000, `${given} events were taken for one outcome`);
  await iterator.return();
});

test('run: an abort signal ends it with its reason', async () => {
  const aborter = new AbortController();
  const run = segfn.run('slow.js', event(), { ...options, timeout: '3600s', signal: aborter.signal });
  const failed = thrown(Promise.resolve(run));
  setTimeout(() => aborter.abort(new Error('enough')), 50);
  assert.equal((await failed).message, 'enough');
  assert.deepEqual(running(), []);
  const early = segfn.run('slow.js', event(), { ...options, signal: AbortSignal.abort(new Error('before')) });
  assert.equal((await thrown(Promise.resolve(early))).message, 'before');
});

test('run: what the iterable of events throws is thrown', async () => {
  async function* events() {
    yield event();
    throw new Error('the source of events is gone');
  }
  const error = await thrown(Promise.resolve(segfn.run('functions/redact-emails', events(), options)));
  assert.equal(error.message, 'the source of events is gone');
  const wrong = await thrown(Promise.resolve(segfn.run('functions/redact-emails', [1], options)));
  assert.equal(wrong.message, 'an event is an object, not number');
  assert.throws(() => segfn.run('functions/redact-emails', 5), { message: /^events are an object, an iterable/ });
});

test('run: what segfn says is an error, with its hint', async () => {
  const of = (...args) => thrown(Promise.resolve(segfn.run(...args)));
  const loading = await of('none.js', event(), options);
  assert.ok(loading instanceof segfn.SegfnError);
  assert.equal(loading.message, 'none.js does not exist');
  assert.equal(loading.hint, 'name a JavaScript file, or a folder with a function.js');
  assert.deepEqual([loading.code, loading.exitCode], ['not-loaded', 3]);
  const usage = await of('functions/redact-emails', event(), { ...options, kind: 'sink' });
  assert.deepEqual([usage.code, usage.exitCode], ['usage', 2]);
  assert.match(usage.message, /^invalid value 'sink' for '--kind <KIND>'\n.*possible values: source/);
  const input = await of('functions/redact-emails', [[event()]], options);
  assert.deepEqual([input.code, input.exitCode], ['bad-input', 4]);
  const started = await of('functions/redact-emails', event(), { ...options, cwd: join(cwd, 'nowhere') });
  assert.equal(started.code, 'ended');
  assert.match(started.message, /^segfn can't be started: .*ENOENT/);
  // A function that fails is an outcome.
  const failed = await segfn.run('functions/slack-alerts', { type: 'track' }, options);
  assert.equal(failed.error.message, 'the event has no properties');
});

test("run: outcomes come before the error of an event that can't be read", async () => {
  const classes = [];
  const error = await thrown(
    (async () => {
      for await (const outcome of segfn.run('functions/redact-emails', [event(), [event()], event()], options)) {
        classes.push(outcome.class);
      }
    })(),
  );
  assert.deepEqual(classes, ['success', 'success']);
  assert.match(error.message, /^-:2: a source insert function takes single events/);
});

test('run: results are taken once', async () => {
  const run = segfn.run('functions/redact-emails', [event()], options);
  assert.equal(await run, await run, 'the same list');
  await assert.rejects(async () => {
    for await (const _ of run);
  }, TypeError);
});

test('warnings are given to who asks for them', async () => {
  writeFileSync(join(cwd, 'segfn.toml'), 'secret = ["nothing"]\n');
  const warnings = [];
  await segfn.run('echo.js', event(), { ...options, onWarning: (message) => warnings.push(message) });
  writeFileSync(join(cwd, 'segfn.toml'), '');
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /nothing/);
});

test('open: one process answers events one at a time, with what the function keeps', async () => {
  writeFileSync(
    join(cwd, 'counts.js'),
    'let count = 0; async function onTrack(event) { return { ...event, count: ++count } }',
  );
  const counts = segfn.open('counts.js', { ...options, kind: 'insert-source' });
  assert.equal((await counts.run(event())).value.count, 1);
  const [second, bad, third] = await Promise.allSettled([counts.run(event()), counts.run([{}]), counts.run(event())]);
  assert.deepEqual([second.value.value.count, third.value.value.count], [2, 3]);
  assert.equal(bad.reason.message, 'a source insert function takes single events, not arrays');
  assert.equal(bad.reason.code, 'bad-input');
  const last = counts.run(event());
  await counts.close();
  assert.equal((await last).value.count, 4);
  assert.equal((await thrown(counts.run(event()))).message, 'the function was closed');
  assert.deepEqual(running(), []);
});

test("open: a function that can't be loaded, and a process that is ended, fail every event", async () => {
  const none = segfn.open('none.js', options);
  assert.equal((await thrown(none.run(event()))).code, 'not-loaded');
  assert.equal((await thrown(none.run(event()))).code, 'not-loaded');
  await none.close();
  const aborter = new AbortController();
  const never = segfn.open('slow.js', { ...options, timeout: '3600s', signal: aborter.signal });
  const waits = thrown(never.run(event()));
  aborter.abort(new Error('enough'));
  assert.equal((await waits).message, 'enough');
});

test("open: a function that was left open doesn't keep Node from ending", async () => {
  const script = `require('segfn').open('echo.js').run({ type: 'track' }).then(({ class: it }) => console.log(it))`;
  const { code, stdout, stderr } = await runCommand(process.execPath, ['-e', script], { cwd });
  assert.deepEqual([code, stdout, stderr], [0, 'success\n', '']);
});

test('test: results and totals; a case that fails is a result', async () => {
  const { cases, totals } = await segfn.test('functions', options);
  assert.equal(totals.passed, cases.length);
  assert.ok(cases.length > 10);
  const changed = readFileSync(join(cwd, 'functions/redact-emails/function.js'), 'utf8').replace('[e-mail]', '[mail]');
  writeFileSync(join(cwd, 'functions/redact-emails/function.js'), changed);
  const verdicts = [];
  for await (const each of segfn.test(['functions/redact-emails'], { ...options, filter: ['identify'] })) {
    verdicts.push([each.verdict, each.problems.map(({ path }) => path)]);
  }
  assert.deepEqual(verdicts, [['failed', ['value.traits.email']]]);
  const error = await thrown(Promise.resolve(segfn.test('none', options)));
  assert.equal(error.code, 'usage');
});

test('diff: what differs, over given events', async () => {
  const events = [event({ text: 'a@example.com' }), event({ text: 'none' })];
  const report = await segfn.diff(join(root, 'functions/redact-emails'), 'functions/redact-emails', events, options);
  assert.deepEqual([report.inputs, report.different], [2, 1]);
  assert.equal(report.groups[0].path, 'value.properties.text');
  const error = await thrown(segfn.diff('none.js', 'functions/redact-emails', event(), options));
  assert.equal(error.code, 'not-loaded');
});
