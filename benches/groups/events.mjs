// Many events through one function.
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  both,
  bun,
  compare,
  compareBoth,
  here,
  lines,
  ms,
  peak,
  report,
  reportFloor,
  run,
  segfn,
  v8Alone,
  work,
} from '../harness.mjs';
import { track } from '../made.mjs';

/** Many events, beside a loop in Node and in Bun that does the same. */
export function measureEvents() {
  const small = join(here, 'functions', 'small.js');
  const events = lines(100_000, track);
  const peer = [join(here, 'peer.cjs'), small, events, '{}', '--bare'];
  const times = compareBoth(5, {
    node: () => both('node', peer),
    bun: () => both(bun, peer),
    floor: () => both(v8Alone, ['events', small, events]),
    one: () => both(segfn, ['run', small, events, '--json']),
    two: () => both(segfn, ['run', small, events, '--json', '--jobs', '2']),
  });
  const { node, one, two } = times;
  const ratio = (what, to, kind, target) =>
    report(what, one[kind] / to[kind], target, `${ms(one[kind])} to ${ms(to[kind])}`);
  ratio("100,000 events, to Node's loop", node, 'wall', '≤1');
  ratio("100,000 events, to Bun's loop", times.bun, 'wall', '≤1');
  ratio("100,000 events, processor's time to Bun's loop", times.bun, 'cpu', '≤1');
  floorOfEvents('100,000 events', times);
  compareJobs('100,000 events', one, two);
}

/** V8 parses, calls and prints, and the lines are read and written: one process, and nothing else of what segfn does. */
function floorOfEvents(what, { floor, bun: peer }) {
  reportFloor(
    `${what}, V8 alone, processor's time to Bun's loop`,
    floor.cpu / peer.cpu,
    `${ms(floor.cpu)} to ${ms(peer.cpu)}`,
  );
}

function compareJobs(what, one, two) {
  const details = (kind) => `${ms(two[kind])} to ${ms(one[kind])}`;
  report(`${what}, how much faster with two workers`, one.wall / two.wall, '≥1.8', details('wall'));
  report(`${what}, processor's time of two workers to one`, two.cpu / one.cpu, '≤1.1', details('cpu'));
}

/** Events that the function gives back as they are. */
export function measureEventsGivenBack() {
  const events = lines(100_000, track);
  const same = join(work, 'same.js');
  writeFileSync(same, 'async function onTrack(event) {\n  return event;\n}\n');
  const times = compareBoth(5, {
    bun: () => both(bun, [join(here, 'peer.cjs'), same, events, '{}', '--bare']),
    floor: () => both(v8Alone, ['events', same, events]),
    one: () => both(segfn, ['run', same, events, '--json']),
    two: () => both(segfn, ['run', same, events, '--json', '--jobs', '2']),
  });
  const { bun: peer, one, two } = times;
  const what = '100,000 events that are given back';
  report(`${what}, to Bun's loop`, one.wall / peer.wall, '≤1', `${ms(one.wall)} to ${ms(peer.wall)}`);
  report(`${what}, processor's time to Bun's loop`, one.cpu / peer.cpu, '≤1', `${ms(one.cpu)} to ${ms(peer.cpu)}`);
  floorOfEvents(what, times);
  compareJobs(what, one, two);
}

/** Events of which one in a hundred is an order, written in pieces: all of them are no string. */
function orders(count) {
  const file = join(work, `${count}-orders.ndjson`);
  const out = openSync(file, 'w');
  for (let i = 0; i < count; i += 10_000) {
    const some = Array.from({ length: 10_000 }, (_, n) => {
      const event = track(i + n);
      return JSON.stringify(n % 100 ? event : { ...event, event: 'Order Completed' });
    });
    writeSync(out, `${some.join('\n')}\n`);
  }
  closeSync(out);
  return file;
}

/** What it costs to choose some of many events, by fields on two levels. */
export function measureWhere() {
  const small = join(here, 'functions', 'small.js');
  const events = orders(300_000);
  const where = 'type = "track" and event in ["Order Completed"] and properties.price > 5';
  const times = compare(3, {
    all: () => run(segfn, ['run', small, events, '--json']),
    some: () => run(segfn, ['run', small, events, '--json', '--where', where]),
  });
  rmSync(events);
  report(
    '--where that takes 1 % of 300,000 events, to running all',
    times.all / times.some,
    '≥5',
    `${ms(times.some)} to ${ms(times.all)}`,
  );
}

export async function measureMemory() {
  const small = join(here, 'functions', 'small.js');
  const of = (count) => peak(segfn, ['run', small, lines(count, track), '--json'], count === 1 ? 15 : 1);
  const [one, less, more] = [await of(1), await of(10_000), await of(100_000)];
  report('peak memory for one event, in MiB', one, '≤28', '');
  const floor = await peak(v8Alone, ['start', 'apart'], 15);
  reportFloor('peak memory of a child process that makes a V8 isolate and ends, in MiB', floor, '');
  report(
    'peak memory, 100,000 events to 10,000',
    more / less,
    '≤1.05',
    `${more.toFixed(1)} MB to ${less.toFixed(1)} MB`,
  );
}
