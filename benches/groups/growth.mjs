// What more work costs: the processor's time and the memory of each size, and whether both grow straight with it.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, cpu, here, peak, report, segfn, work } from '../harness.mjs';
import { code, track, writeSuite } from '../made.mjs';

const small = join(here, 'functions', 'small.js');

/**
 * Measures a command for each size. `make` writes what it needs and gives its arguments. Reports the worst step: by how
 * much its cost grows more than its size.
 */
async function grow(of, sizes, make, { exits = [0], rounds = 3 } = {}) {
  const rows = [];
  for (const size of sizes) {
    const args = make(size);
    const { time } = compare(rounds, { time: () => cpu(segfn, args, {}, exits) });
    rows.push({ size, cpu: time, memory: Math.round((await peak(segfn, args, rounds)) * 10) / 10 });
    console.log(`     ${of} ${size}: ${time} ms, ${rows.at(-1).memory} MB`);
  }
  const worst = (kind) =>
    Math.max(...rows.slice(1).map((row, i) => row[kind] / rows[i][kind] / (row.size / rows[i].size)));
  report(`${of}, processor's time: its growth to that of the work`, worst('cpu'), '≤1.1');
  report(`${of}, memory: its growth to that of the work`, worst('memory'), '≤1.1');
  return { growth: { of, rows } };
}

/** A file of so many events, written in pieces: many are no string. */
function eventsFile(count, make = track) {
  const file = join(work, `grown-${count}.ndjson`);
  writeFileSync(file, '');
  for (let i = 0; i < count; i += 10_000) {
    const some = Array.from({ length: Math.min(10_000, count - i) }, (_, n) => JSON.stringify(make(i + n)));
    appendFileSync(file, `${some.join('\n')}\n`);
  }
  return file;
}

/** A folder with a function, and what `segfn.toml` says of it. */
function folderOf(name, source, toml = '') {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'function.js'), source);
  writeFileSync(join(folder, 'segfn.toml'), toml);
  return folder;
}

export const measureGrowthOfEvents = () =>
  grow('events', [1e3, 1e4, 1e5, 1e6], (count) => ['run', small, eventsFile(count), '--json']);

export const measureGrowthOfCases = () =>
  grow(
    'cases',
    [10, 100, 1000, 10_000],
    (count) => {
      const suite = join(work, `grown-${count}-cases`);
      writeSuite(segfn, suite, count);
      return ['test', suite];
    },
    { rounds: 1 },
  );

/** Each customer has two entries. */
export const measureGrowthOfCassettes = () =>
  grow('entries of a cassette that 20 cases share', [2, 10, 100, 1000, 10_000], (entries) => {
    const suite = join(work, `grown-${entries}-entries`);
    writeSuite(segfn, suite, 20, { customers: entries / 2 });
    return ['test', suite];
  });

export const measureGrowthOfSecrets = () => {
  const source = 'async function onTrack(event) {\n  console.log(event.userId);\n  return event;\n}\n';
  return grow('secrets, in 10,000 events', [1, 10, 100, 1000], (count) => {
    const names = Array.from({ length: count }, (_, i) => `key${i}`);
    const folder = folderOf(`grown-${count}-secrets`, source, `secret = ${JSON.stringify(names)}\n`);
    const settings = Object.fromEntries(names.map((name, i) => [name, `s3cr3t-${i}-${(i * 7919 + 104729) ** 2}`]));
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
    return ['run', folder, eventsFile(10_000), '--json'];
  });
};

export const measureGrowthOfEventSize = () => {
  const folder = folderOf('given-back', 'async function onTrack(event) {\n  return event;\n}\n');
  return grow('bytes of an event, 20 of which are given back', [300, 3000, 30_000, 300_000, 5e6], (bytes) => {
    const item = (n) => ({ product_id: `p-${n}`, price: n + 0.99, name: 'a thing that somebody buys' });
    const products = Array.from({ length: bytes / 75 - 3 }, (_, n) => item(n));
    return ['run', folder, eventsFile(20, (i) => ({ ...track(i), properties: { products } })), '--json'];
  });
};

export const measureGrowthOfSource = () =>
  grow(
    'bytes of a function, for one event',
    [1e3, 1e4, 1e5, 1e6, 2.5e6],
    (bytes) => {
      const folder = folderOf(`grown-${bytes}`, `async function onTrack(event) {\n  return 1;\n}\n${code(bytes)}`);
      return ['run', folder, eventsFile(1), '--json'];
    },
    { rounds: 7 },
  );

export const measureGrowthOfMasks = () => {
  const version = (number) =>
    `async function onTrack(event) {\n  return { field0: ${number}, field1: ${number}, other: event };\n}\n`;
  return grow(
    'masks, in 2,000 events of which each differs',
    [1, 10, 100, 1000],
    (count) => {
      const base = folderOf('masked-base', version(1));
      const masks = Array.from({ length: count }, (_, i) => `value.field${i}`);
      const candidate = folderOf(`masked-${count}`, version(2), `[test]\nmask = ${JSON.stringify(masks)}\n`);
      return ['diff', join(base, 'function.js'), join(candidate, 'function.js'), eventsFile(2000)];
    },
    { exits: [0, 1] },
  );
};
