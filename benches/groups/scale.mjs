// Parts of many events, and what came of them added up (docs/scale.md).
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { compare, cpuOf, here, lines, ms, peak, peakOfEach, report, run, segfn, work } from '../harness.mjs';
import { track } from '../made.mjs';

/** A part is of so many events, which take some seconds: a hundred times its start. */
const EACH = 30_000;
const PARTS = 4;
/** Of events that each begin with fresh instances. */
const COLD = 200;
/** So many objects are listed. */
const OBJECTS = 1_000_000;

function versions() {
  const small = join(here, 'functions', 'small.js');
  const changed = join(work, 'changed.js');
  writeFileSync(changed, readFileSync(small, 'utf8').replace('price', 'quantity'));
  return [small, changed];
}

/** The processor's time of all parts and of adding them up, to that of one run over the same events. */
async function measureParts() {
  const events = lines(EACH * PARTS, track);
  const results = join(work, 'results');
  // Times of the processor are measured in either, or in none.
  const diff = ['diff', ...versions(), events, '--stats'];
  const part = (number) => [...diff, '--part', `${number}/${PARTS}`, '--to', results];
  const times = compare(3, {
    whole: () => cpuOf(() => run(segfn, diff, {}, [1])),
    parts: () => {
      rmSync(results, { recursive: true, force: true });
      return cpuOf(() => {
        for (let number = 1; number <= PARTS; number++) run(segfn, part(number));
        run(segfn, ['diff', 'merge', results], {}, [1]);
      });
    },
  });
  report(
    `${PARTS} parts of ${EACH * PARTS} events and the merge, processor's time to one run's`,
    times.parts / times.whole,
    '≤1.05',
    `${ms(times.parts)} to ${ms(times.whole)}`,
  );
  report('a part, peak memory of its largest process, in MB', await peakOfEach(segfn, part(1)), '≤120', '');
}

/** How much of the processor's time events take. */
function measureRates() {
  const rate = (what, count, target, command) => {
    const part = [...command, lines(count, track), '--part', '1/1', '--to', join(work, 'results')];
    const { time } = compare(3, { time: () => cpuOf(() => run(segfn, part)) });
    report(`${what}, events in a second of one processor`, (count / time) * 1000, target, `${ms(time)} for ${count}`);
  };
  rate('a part of segfn run', EACH, '≥20000', ['run', versions()[0]]);
  rate('a part of segfn diff', EACH, '≥10000', ['diff', ...versions()]);
  rate('a part of segfn diff --cold', COLD, '≥40', ['diff', ...versions(), '--cold']);
}

/** Each part reads the list of all objects. Their names and ETags are as different as Segment's. */
async function measureManifest() {
  const one = lines(1, track);
  const entry = (number) => {
    const random = createHash('md5').update(String(number)).digest('hex');
    const day = 1_432_684_800 + 86_400 * Math.floor(number / 3000);
    return {
      name: `s3://archive/segment-logs/gAbtXy12/${day}000/${day + (number % 3000)}.${random.slice(20)}.1.gz`,
      size: 100_000 + (number % 5000),
      etag: `"${random}"`,
    };
  };
  const manifest = join(work, 'manifest.json');
  const file = openSync(manifest, 'w');
  writeSync(file, `{"form":"segfn inputs","v":1,"count":${OBJECTS},"objects":[\n`);
  writeSync(file, JSON.stringify({ name: one, size: statSync(one).size }));
  const most = 10_000;
  for (let first = 1; first < OBJECTS; first += most) {
    const count = Math.min(most, OBJECTS - first);
    writeSync(file, Array.from({ length: count }, (_, i) => `,\n${JSON.stringify(entry(first + i))}`).join(''));
  }
  writeSync(file, '\n]}\n');
  closeSync(file);
  // There are more parts than objects: this one has none to read.
  const none = `${2 * OBJECTS}/${2 * OBJECTS}`;
  const part = ['diff', ...versions(), '--manifest', manifest, '--part', none, '--to', join(work, 'results')];
  const { time } = compare(3, { time: () => cpuOf(() => run(segfn, part)) });
  report("a part of 1,000,000 objects, processor's time before the first event, in ms", time, '≤1500', '');
  report(
    'a part of 1,000,000 objects, peak memory of its largest process, in MB',
    await peakOfEach(segfn, part),
    '≤120',
    '',
  );
  rmSync(manifest);
}

/** Ten thousand results are added up. */
async function measureMerge() {
  const results = join(work, 'results');
  rmSync(results, { recursive: true, force: true });
  run(segfn, ['diff', ...versions(), lines(1000, track), '--part', '1/1', '--to', results]);
  const one = gunzipSync(readFileSync(join(results, 'part-00001-of-00001.json.gz'))).toString();
  const many = join(work, 'many');
  mkdirSync(many, { recursive: true });
  for (let number = 1; number <= 10_000; number++) {
    const own = one.replace('"part":1,"of":1,', `"part":${number},"of":10000,`);
    writeFileSync(join(many, `part-${String(number).padStart(5, '0')}-of-10000.json.gz`), gzipSync(own));
  }
  const merge = ['diff', 'merge', many];
  const time = run(segfn, merge, {}, [1]);
  report('10,000 results added up, in s', time / 1000, '≤30', '');
  report('10,000 results added up, peak memory in MB', await peak(segfn, merge), '≤500', '');
  rmSync(many, { recursive: true });
}

export async function measureScale() {
  await measureParts();
  measureRates();
  await measureManifest();
  await measureMerge();
}
