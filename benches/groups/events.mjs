// Many events through one function.
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { bun, compare, cpu, here, lines, ms, peak, report, run, segfn, track, work } from '../harness.mjs';

export function measureEvents() {
  const small = join(here, 'functions', 'small.js');
  const events = lines(100_000, track);
  const peer = [join(here, 'peer.cjs'), small, events, '{}', '--bare'];
  const times = compare(5, {
    node: () => run('node', peer),
    bun: () => run(bun, peer),
    one: () => run(segfn, ['run', small, events, '--json']),
    two: () => run(segfn, ['run', small, events, '--json', '--jobs', '2']),
  });
  report("100,000 events, to Node's loop", times.node / times.one, '≥1', `${ms(times.one)} to ${ms(times.node)}`);
  report("100,000 events, to Bun's loop", times.one / times.bun, '≤1', `${ms(times.one)} to ${ms(times.bun)}`);
  report('100,000 events, two workers to one', times.one / times.two, '≥1.8', `${ms(times.two)} to ${ms(times.one)}`);
}

/** What the processor does for events, of which the function makes something small, or which it gives back. */
export function measureEventsCpu() {
  const events = lines(100_000, track);
  const same = join(work, 'same.js');
  writeFileSync(same, 'async function onTrack(event) {\n  return event;\n}\n');
  for (const [what, file] of [
    ['100,000 events', join(here, 'functions', 'small.js')],
    ['100,000 events that are given back', same],
  ]) {
    const times = compare(7, {
      bun: () => cpu(bun, [join(here, 'peer.cjs'), file, events, '{}', '--bare']),
      one: () => cpu(segfn, ['run', file, events, '--json']),
      two: () => cpu(segfn, ['run', file, events, '--json', '--jobs', '2']),
    });
    const { bun: peer, one, two } = times;
    report(`${what}, processor's time to Bun's loop`, one / peer, '≤1', `${ms(one)} to ${ms(peer)}`);
    report(`${what}, processor's time of two workers to one`, two / one, '≤1.1', `${ms(two)} to ${ms(one)}`);
  }
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
