// Two versions of a function.
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { compare, cpu, here, lines, ms, peak, report, run, segfn, work } from '../harness.mjs';
import { track } from '../made.mjs';

/** Two versions of a function over many events, compared with one version's run over them. */
export async function measureDiff() {
  const small = join(here, 'functions', 'small.js');
  const changed = join(work, 'changed.js');
  writeFileSync(changed, readFileSync(small, 'utf8').replace('price', 'quantity'));
  const events = lines(100_000, track);
  const times = compare(3, {
    run: () => run(segfn, ['run', small, events, '--json']),
    same: () => run(segfn, ['diff', small, small, events]),
    other: () => run(segfn, ['diff', small, changed, events], {}, [0, 1]),
  });
  report(
    'segfn diff of 100,000 events, its rate to segfn run',
    times.run / times.same,
    '≥0.6',
    `${ms(times.same)} to ${ms(times.run)}`,
  );
  report(
    'segfn diff where events differ, its rate to segfn run',
    times.run / times.other,
    '≥0.5',
    `${ms(times.other)} to ${ms(times.run)}`,
  );
  report(
    'segfn diff, peak memory for 100,000 events, in MB',
    await peak(segfn, ['diff', small, small, events]),
    '≤150',
    '',
  );
  const packed = `${events}.gz`;
  writeFileSync(packed, gzipSync(readFileSync(events)));
  const inputs = compare(3, {
    plain: () => cpu(segfn, ['diff', small, small, events]),
    packed: () => cpu(segfn, ['diff', small, small, packed]),
  });
  report(
    "segfn diff of gzipped events, processor's time to plain ones",
    inputs.packed / inputs.plain,
    '≤1.15',
    `${ms(inputs.packed)} to ${ms(inputs.plain)}`,
  );
}
