// Suites of cases.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bun, compare, cpu, here, ms, peak, report, run, segfn, track, work } from '../harness.mjs';

const headers = [{ name: 'content-type', value: 'application/json' }];

/** An entry of a cassette. */
function entry(method, path, body, status, answer) {
  return {
    startedDateTime: '2026-03-01T09:30:00.000Z',
    time: 1,
    request: {
      method,
      url: `https://api.example.com/v1${path}`,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: body ? headers : [],
      queryString: [],
      ...(body && { postData: { mimeType: 'application/json', text: JSON.stringify(body) } }),
      headersSize: -1,
      bodySize: -1,
    },
    response: {
      status,
      statusText: 'OK',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers,
      content: { size: -1, mimeType: 'application/json', text: JSON.stringify(answer) },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: 1, receive: 0 },
  };
}

/** What notify.js asks for when an event comes from the customer of this number, and the answers. */
function exchanges(number, status = 200) {
  const customer = { name: `Customer ${number}`, plan: number % 3 ? 'free' : 'paid' };
  const { event, userId, properties } = track(number);
  const told = { ...customer, event, price: properties.price };
  return [
    entry('GET', `/customers/${userId}?fields=name,plan`, undefined, 200, customer),
    entry('POST', '/notify', told, status, {}),
  ];
}

function writeCassette(file, entries) {
  const har = { log: { version: '1.2', creator: { name: 'bench', version: '1' }, entries } };
  writeFileSync(file, JSON.stringify(har, null, 2));
}

/**
 * A suite of so many cases, each with two requests; what is expected is what segfn accepted. Each case has a
 * cassette of its own, or, with `customers`, all share one that has the exchanges of so many customers. Where it
 * `differs`, one request of each case has a field more than is recorded.
 */
function makeSuite(name, count, customers, differs = false) {
  const suite = join(work, name);
  mkdirSync(join(suite, 'cases'), { recursive: true });
  const source = readFileSync(join(here, 'functions', 'notify.js'), 'utf8');
  const changed = source.replace('price: event', 'quantity: event.properties.quantity, price: event');
  writeFileSync(join(suite, 'function.js'), differs ? changed : source);
  writeFileSync(
    join(suite, 'settings.json'),
    JSON.stringify({ api: 'https://api.example.com/v1', token: 'k-7f3a9c2d' }),
  );
  const folder = (i) => join(suite, 'cases', `case-${i}`);
  if (customers) writeFileSync(join(suite, 'segfn.toml'), '[test]\ncassette = ["shared.har"]\n');
  for (let i = 0; i < count; i++) {
    mkdirSync(folder(i));
    writeFileSync(join(folder(i), 'event.json'), JSON.stringify(track(customers ? i % customers : i), null, 2));
  }
  const record = () => {
    if (customers) {
      const all = Array.from({ length: customers }, (_, i) => exchanges(i)).flat();
      writeCassette(join(suite, 'shared.har'), all);
      return;
    }
    for (let i = 0; i < count; i++) writeCassette(join(folder(i), 'traffic.har'), exchanges(i, i % 10 ? 200 : 503));
  };
  record();
  run(segfn, ['accept', suite], { CI: '' });
  // What was accepted is in the cassettes now.
  if (differs) record();
  return suite;
}

/** What it costs that the nearest recorded request has the answer, where none is equal. */
export function measureNearest() {
  for (const [what, customers] of [
    ['1,000 cases', undefined],
    ['1,000 cases with a shared cassette of 1,000 entries', 500],
  ]) {
    const exact = makeSuite(`exact-${customers}`, 1000, customers);
    const nearest = makeSuite(`nearest-${customers}`, 1000, customers, true);
    const times = compare(5, {
      exact: () => run(segfn, ['test', exact]),
      nearest: () => run(segfn, ['test', nearest]),
    });
    report(
      `${what} that are answered as the nearest, to exactly`,
      times.nearest / times.exact,
      '≤1.2',
      `${ms(times.nearest)} to ${ms(times.exact)}`,
    );
  }
}

/** What the size of a cassette costs the cases that share it: it is read once, and each case asks for two entries. */
export function measureShared() {
  const [small, large] = [makeSuite('small', 500, 1), makeSuite('large', 500, 500)];
  const times = compare(5, {
    small: () => run(segfn, ['test', small]),
    large: () => run(segfn, ['test', large]),
  });
  report(
    '500 cases with a shared cassette of 1,000 entries, to one of 2',
    times.large / times.small,
    '≤1.2',
    `${ms(times.large)} to ${ms(times.small)}`,
  );
}

/** What it costs to find out that nothing changed. */
export function measureChanged() {
  const suite = makeSuite('many', 10_000);
  const git = (...args) =>
    run('git', ['-C', suite, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args]);
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'all');
  const times = compare(3, {
    all: () => run(segfn, ['test', suite]),
    changed: () => run(segfn, ['test', suite, '--changed']),
  });
  report(
    'test --changed where nothing changed among 10,000 cases, to all',
    times.changed / times.all,
    '≤0.2',
    `${ms(times.changed)} to ${ms(times.all)}`,
  );
}

/** A suite by segfn and by Jest, with what a person would write there. */
export async function measureTest() {
  const suite = makeSuite('suite', 1000);
  const jest = (fresh) => () =>
    run(
      'node',
      [
        join(here, 'node_modules', 'jest', 'bin', 'jest.js'),
        '--config',
        join(here, 'jest', 'jest.config.cjs'),
        '--silent',
      ],
      { SUITE: suite, FRESH: fresh },
    );
  const times = compare(3, {
    segfn: () => run(segfn, ['test', suite]),
    shared: jest(''),
    fresh: jest('yes'),
  });
  report(
    '1,000 cases, to Jest with fresh packages for each case',
    times.fresh / times.segfn,
    '≥20',
    `${ms(times.segfn)} to ${ms(times.fresh)}; Jest with packages that the cases share ${ms(times.shared)}`,
  );
  report(
    'peak memory for 1,000 cases with two jobs, in MB',
    await peak(segfn, ['test', suite, '--jobs', '2']),
    '≤150',
    '',
  );
}

/** The processor's time of a suite by segfn, by Bun with a file for each case, and by Jest. */
export function measureTestCpu() {
  const suite = makeSuite('suite-cpu', 1000);
  const files = join(work, 'bun');
  mkdirSync(files);
  const helper = JSON.stringify(join(here, 'bun', 'case.cjs'));
  for (let i = 0; i < 1000; i++) {
    const test = `test('case-${i}', () => runCase(${JSON.stringify(suite)}, 'case-${i}'));`;
    const text = `const { test } = require('bun:test');\nconst { runCase } = require(${helper});\n${test}\n`;
    writeFileSync(join(files, `case-${i}.test.cjs`), text);
  }
  const jest = [join(here, 'node_modules', 'jest', 'bin', 'jest.js')];
  const config = ['--config', join(here, 'jest', 'jest.config.cjs'), '--silent'];
  const times = compare(3, {
    segfn: () => cpu(segfn, ['test', suite]),
    bun: () => cpu(bun, ['test', '--isolate', files]),
    jest: () => cpu('node', [...jest, ...config], { SUITE: suite, FRESH: 'yes' }),
  });
  const { segfn: own, bun: peer } = times;
  report("1,000 cases, processor's time to bun test --isolate", own / peer, '≤0.25', `${ms(own)} to ${ms(peer)}`);
  report("1,000 cases, processor's time to Jest", own / times.jest, '≤0.03', `${ms(own)} to ${ms(times.jest)}`);
}
