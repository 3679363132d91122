// What the groups of `make bench` have in common: the program, a folder to work in, how it is measured, and how it is
// reported.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder benches/. */
export const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, '..', 'target', 'release', 'segfn');
export const work = join(here, '.work');
rmSync(work, { recursive: true, force: true });
mkdirSync(work);
// A copy, as `cargo install` makes one. A file that was written in one go is read in larger pieces than one that a
// linker wrote: that makes starting many processes 20 % faster.
export const segfn = join(work, 'segfn');
copyFileSync(built, segfn);

/** Runs a command to its end. Returns its wall time in milliseconds. */
export function run(command, args, env = {}, exits = [0]) {
  const out = openSync(join(work, 'out'), 'w');
  const start = performance.now();
  const result = spawnSync(command, args, {
    cwd: work,
    env: { ...process.env, ...env },
    stdio: ['ignore', out, 'pipe'],
  });
  const ms = performance.now() - start;
  closeSync(out);
  if (!exits.includes(result.status)) {
    throw new Error(`${command} ${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
  }
  return ms;
}

/** Bun, which is in a package for each platform. */
export const bun = join(
  here,
  'node_modules',
  '@oven',
  `bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`,
  'bin',
  'bun',
);

/** The processor's time that a command and the processes which it starts take, in milliseconds. */
export function cpu(command, args, env = {}, exits = [0]) {
  // Node doesn't tell it of its children.
  const timed = ['-c', 'TIMEFORMAT="%U %S"; time "$@" 2> /dev/null', 'bash', command, ...args];
  const result = spawnSync('bash', timed, {
    cwd: work,
    env: { ...process.env, ...env, LC_ALL: 'C' },
    stdio: ['ignore', openSync(join(work, 'out'), 'w'), 'pipe'],
  });
  if (!exits.includes(result.status)) throw new Error(`${command} ${args.join(' ')} ended with ${result.status}`);
  const [user, system] = String(result.stderr).trim().split(' ').map(Number);
  return (user + system) * 1000;
}

/** The peak of a command's memory in MB: the largest of a few runs, as one may end between two samples. */
export async function peak(command, args, rounds = 1) {
  let most = 0;
  for (let round = 0; round < rounds; round++) most = Math.max(most, await peakOfOne(command, args));
  return most;
}

/** The peak of one run, with the processes that it starts. Memory that several of them share counts once. */
async function peakOfOne(command, args) {
  const child = spawn(command, args, { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
  let kilobytes = 0;
  while (child.exitCode === null) {
    kilobytes = Math.max(kilobytes, proportional(child.pid));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return kilobytes / 1024;
}

/** The memory of a process and of its children in KB. Linux divides a shared page among its processes. */
export function proportional(pid) {
  const read = (name) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8');
    } catch {
      return ''; // It has ended.
    }
  };
  const own = Number(/^Pss:\s+(\d+)/m.exec(read('smaps_rollup'))?.[1] ?? 0);
  const below = read(`task/${pid}/children`).split(' ').filter(Boolean).map(proportional);
  return below.reduce((sum, kilobytes) => sum + kilobytes, own);
}

export const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Runs the candidates in turn, so that a noisy minute meets all of them. */
export function compare(rounds, candidates) {
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, start] of Object.entries(candidates)) times[name].push(start());
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

export function lines(count, make) {
  const file = join(work, `${count}-${make.name}.ndjson`);
  writeFileSync(file, Array.from({ length: count }, (_, i) => JSON.stringify(make(i))).join('\n') + '\n');
  return file;
}

export function track(i) {
  return {
    type: 'track',
    event: 'Product Added',
    messageId: `m-${i}`,
    userId: `user-${i % 1000}`,
    timestamp: '2026-03-01T09:30:00.000Z',
    context: { ip: '203.0.113.9', library: { name: 'analytics.js', version: '4.1.0' } },
    properties: { product_id: `p-${i % 77}`, price: 9.99, quantity: (i % 5) + 1, tags: ['a', 'internal', 'b'] },
  };
}

export const results = [];
export function report(what, value, target, details) {
  const met = target.startsWith('≤') ? value <= Number(target.slice(1)) : value >= Number(target.slice(1));
  results.push({ what, value, target, met, details });
  console.log(`${met ? 'ok  ' : 'MISS'} ${what}: ${value.toFixed(2)} (${target})   ${details}`);
}
export const ms = (time) => `${time.toFixed(1)} ms`;
