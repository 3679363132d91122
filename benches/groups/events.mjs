// Many events through one function.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { compare, here, lines, ms, peak, report, run, segfn, track, work } from '../harness.mjs';

export function measureEvents() {
  const small = join(here, 'functions', 'small.js');
  const events = lines(100_000, track);
  const times = compare(5, {
    peer: () => run('node', [join(here, 'peer.cjs'), small, events, '{}', '--bare']),
    one: () => run(segfn, ['run', small, events, '--json']),
    two: () => run(segfn, ['run', small, events, '--json', '--jobs', '2']),
  });
  report("100,000 events, to Node's loop", times.peer / times.one, '≥1', `${ms(times.one)} to ${ms(times.peer)}`);
  report('100,000 events, two workers to one', times.one / times.two, '≥1.8', `${ms(times.two)} to ${ms(times.one)}`);
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
  const events = orders(1_000_000);
  const where = 'type = "track" and event in ["Order Completed"] and properties.price > 5';
  const times = compare(3, {
    all: () => run(segfn, ['run', small, events, '--json']),
    some: () => run(segfn, ['run', small, events, '--json', '--where', where]),
  });
  rmSync(events);
  report(
    '--where that takes 1 % of 1,000,000 events, to running all',
    times.all / times.some,
    '≥5',
    `${ms(times.some)} to ${ms(times.all)}`,
  );
}

export async function measureMemory() {
  const small = join(here, 'functions', 'small.js');
  const of = (count) => peak(segfn, ['run', small, lines(count, track), '--json'], count === 1 ? 15 : 1);
  const [one, less, more] = [await of(1), await of(10_000), await of(100_000)];
  report('peak memory for one event, in MB', one, '≤60', '');
  report(
    'peak memory, 100,000 events to 10,000',
    more / less,
    '≤1.05',
    `${more.toFixed(1)} MB to ${less.toFixed(1)} MB`,
  );
}
