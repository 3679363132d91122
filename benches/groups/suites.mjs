// Suites of cases.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  both,
  bun,
  compare,
  compareBoth,
  cpu,
  here,
  ms,
  peak,
  report,
  reportFloor,
  run,
  segfn,
  told,
  work,
} from '../harness.mjs';
import { code, writeAwsSuite, writeSuite } from '../made.mjs';

/** A suite of so many cases with two requests each. */
function makeSuite(name, count, options) {
  const suite = join(work, name);
  writeSuite(segfn, suite, count, options);
  return suite;
}

/** What it costs that the nearest recorded request has the answer, where none is equal. */
export function measureNearest() {
  for (const [what, customers] of [
    ['150 cases', undefined],
    ['150 cases with a shared cassette of 1,000 entries', 500],
  ]) {
    const exact = makeSuite(`exact-${customers}`, 150, { customers });
    const nearest = makeSuite(`nearest-${customers}`, 150, { customers, differs: true });
    const times = compare(3, {
      exact: () => cpu(segfn, ['test', exact]),
      nearest: () => cpu(segfn, ['test', nearest]),
    });
    report(
      `${what} that are answered as the nearest, processor's time to exactly`,
      times.nearest / times.exact,
      '≤1.2',
      `${ms(times.nearest)} to ${ms(times.exact)}`,
    );
  }
}

/** What the size of a cassette costs the cases that share it: it is read once, and each case asks for two entries. */
export function measureShared() {
  const small = makeSuite('small', 150, { customers: 1 });
  const large = makeSuite('large', 150, { customers: 500 });
  const times = compare(3, {
    small: () => cpu(segfn, ['test', small]),
    large: () => cpu(segfn, ['test', large]),
  });
  report(
    "150 cases with a shared cassette of 1,000 entries, processor's time to one of 2",
    times.large / times.small,
    '≤1.2',
    `${ms(times.large)} to ${ms(times.small)}`,
  );
}

/** What it costs to find out that nothing changed. */
export function measureChanged() {
  const suite = makeSuite('many', 500);
  const git = (...args) =>
    run('git', ['-C', suite, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args]);
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'all');
  const all = run(segfn, ['test', suite]);
  const { changed } = compare(3, { changed: () => run(segfn, ['test', suite, '--changed']) });
  report(
    'test --changed where nothing changed among 500 cases, to all',
    changed / all,
    '≤0.2',
    `${ms(changed)} to ${ms(all)}`,
  );
}

/** A suite by segfn, by Bun with a file for each case, and by Jest, with what a person would write there. */
export async function measureTest() {
  const suite = makeSuite('suite', 1000);
  const files = join(work, 'bun');
  mkdirSync(files);
  const helper = JSON.stringify(join(here, 'bun', 'case.cjs'));
  for (let i = 0; i < 1000; i++) {
    const test = `test('case-${i}', () => runCase(${JSON.stringify(suite)}, 'case-${i}'));`;
    const text = `const { test } = require('bun:test');\nconst { runCase } = require(${helper});\n${test}\n`;
    writeFileSync(join(files, `case-${i}.test.cjs`), text);
  }
  const times = compareBoth(3, {
    segfn: () => both(segfn, ['test', suite]),
    bun: () => both(bun, ['test', '--isolate', files]),
  });
  const { segfn: own, bun: peer } = times;
  const compared = (other, kind) => `${ms(own[kind])} to ${ms(other[kind])}`;
  report("1,000 cases, processor's time to bun test --isolate", own.cpu / peer.cpu, '≤0.25', compared(peer, 'cpu'));
  const requests = told('requests.cjs');
  reportFloor(
    "two requests by node-fetch in Node that has used it once, processor's time to a case of bun test --isolate",
    requests / (peer.cpu / 1000),
    `${ms(requests)} to ${ms(peer.cpu / 1000)}, whose fetch is a function that answers at once`,
  );
  measureJest();
  report('peak memory for 1,000 cases with two jobs, in MB', await peak(segfn, ['test', suite, '--jobs', '2']), '≤150');
}

/** A fifth of the cases, by which Jest takes a quarter of a minute, and once. */
function measureJest() {
  const suite = makeSuite('fifth', 200);
  const { own } = compareBoth(3, { own: () => both(segfn, ['test', suite]) });
  const args = [
    join(here, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--config',
    join(here, 'jest', 'jest.config.cjs'),
  ];
  const jest = both('node', [...args, '--silent'], { SUITE: suite, FRESH: 'yes' });
  const compared = (kind) => `${ms(own[kind])} to ${ms(jest[kind])}`;
  report("200 cases, processor's time to Jest with fresh packages", own.cpu / jest.cpu, '≤0.03', compared('cpu'));
  report('200 cases, how much faster than Jest with fresh packages', jest.wall / own.wall, '≥20', compared('wall'));
}

/** Cases that use AWS. */
export function measureAwsCases() {
  const [suite, count] = [join(work, 'aws-suite'), 100];
  writeAwsSuite(segfn, suite, count);
  const { time } = compare(3, { time: () => cpu(segfn, ['test', suite]) });
  report("a case with STS and S3, processor's time in ms", time / count, '≤4', `${ms(time)} for ${count}`);
  reportFloor(
    "aws-sdk alone in Node that has used STS and S3 once, without sockets, processor's time in ms",
    told('aws.cjs', 'case'),
    '',
  );
}

/** What the size of a function costs its cases. */
export function measureLarge() {
  const small = makeSuite('of-small', 30);
  const large = makeSuite('of-large', 30, { more: code(2.5e6) });
  const times = compare(3, {
    small: () => cpu(segfn, ['test', small]),
    large: () => cpu(segfn, ['test', large]),
  });
  report(
    "30 cases of a function of 2.5 MB, processor's time to a small one",
    times.large / times.small,
    '≤1.5',
    `${ms(times.large)} to ${ms(times.small)}`,
  );
}
