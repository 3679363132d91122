// Two versions of a function.
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { cpus } from 'node:os';
import { both, compareBoth, here, lines, ms, peak, report, reportFloor, segfn, work } from '../harness.mjs';
import { track } from '../made.mjs';

/** Two versions of a function over many events, compared with one version's run over them. */
export async function measureDiff() {
  const small = join(here, 'functions', 'small.js');
  const changed = join(work, 'changed.js');
  writeFileSync(changed, readFileSync(small, 'utf8').replace('price', 'quantity'));
  const events = lines(100_000, track);
  const packed = `${events}.gz`;
  writeFileSync(packed, gzipSync(readFileSync(events)));
  const times = compareBoth(3, {
    run: () => both(segfn, ['run', small, events, '--json']),
    same: () => both(segfn, ['diff', small, small, events]),
    other: () => both(segfn, ['diff', small, changed, events], {}, [0, 1]),
    packed: () => both(segfn, ['diff', small, small, packed]),
  });
  const once = times.run.wall;
  report(
    'segfn diff of 100,000 events, its rate to segfn run',
    once / times.same.wall,
    '≥0.6',
    `${ms(times.same.wall)} to ${ms(once)}`,
  );
  const three = (3 * times.run.cpu) / cpus().length;
  reportFloor(
    "three times what segfn run takes of a processor, on all of this machine's at once: its rate to segfn run",
    once / three,
    `${ms(three)} to ${ms(once)}`,
  );
  report(
    'segfn diff where events differ, its rate to segfn run',
    once / times.other.wall,
    '≥0.5',
    `${ms(times.other.wall)} to ${ms(once)}`,
  );
  report(
    'segfn diff, peak memory for 100,000 events, in MB',
    await peak(segfn, ['diff', small, small, events]),
    '≤150',
    '',
  );
  report(
    "segfn diff of gzipped events, processor's time to plain ones",
    times.packed.cpu / times.same.cpu,
    '≤1.15',
    `${ms(times.packed.cpu)} to ${ms(times.same.cpu)}`,
  );
}
