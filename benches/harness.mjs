// What the groups of `make bench` have in common: the program, a folder to work in, how it is measured, and how it is
// reported.
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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

/** V8 with nothing around it (benches/floors/floor.rs), as it was built last. */
export const v8Alone = join(work, 'v8-alone');
copyFileSync(newest(join(here, '..', 'target', 'release', 'deps'), /^floor-\w+$/), v8Alone);

function newest(folder, pattern) {
  const files = readdirSync(folder).filter((name) => pattern.test(name));
  if (files.length === 0) throw new Error('cargo build --release --bench floor comes first');
  const age = (file) => statSync(file).mtimeMs;
  return files.map((name) => join(folder, name)).reduce((one, other) => (age(other) > age(one) ? other : one));
}

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

/** Bun, which is in a package for each platform, until its install script moves it away: `make bench` runs none. */
export const bun = join(
  here,
  'node_modules',
  '@oven',
  `bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`,
  'bin',
  'bun',
);

/** The processor's time that a command and the processes which it starts take, in milliseconds. */
export const cpu = (command, args, env, exits) => cpuOf(() => run(command, args, env, exits));

/** Both times of a command, in milliseconds. */
export function both(command, args, env, exits) {
  let wall;
  const cpu = cpuOf(() => (wall = run(command, args, env, exits)));
  return { wall, cpu };
}

/** The processor's time that the commands took which `start` runs to their ends, in milliseconds. */
export function cpuOf(start) {
  // Of the children that have ended, in hundredths of a second, behind the program's name.
  const ended = () => {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[13]) + Number(fields[14])) * 10;
  };
  const before = ended();
  start();
  return ended() - before;
}

/** The peak of a command's memory in MB: the largest of a few runs, as one may end between two samples. */
export async function peak(command, args, rounds = 1) {
  let most = 0;
  for (let round = 0; round < rounds; round++) most = Math.max(most, await peakOfOne(command, args));
  return most;
}

/** The peak of one run, with the processes that it starts. Memory that several of them share counts once. */
function peakOfOne(command, args) {
  return watched(command, args, proportional, 1);
}

/** The peak of the largest process of a run in MB. What it shares with others counts in each of them. */
export function peakOfEach(command, args) {
  // Linux keeps the peak of each until it ends.
  return watched(command, args, (pid) => Math.max(...below(pid, 'status', /^VmHWM:\s+(\d+)/m)), 20);
}

/** The most that `kilobytes` told of a run, asked every so many milliseconds. */
async function watched(command, args, kilobytes, pause) {
  const child = spawn(command, args, { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
  let most = 0;
  while (child.exitCode === null) {
    most = Math.max(most, kilobytes(child.pid));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return most / 1024;
}

/** What Linux tells of a process; nothing of one that has ended. */
function procfs(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** The children of a process: Linux lists those of each of its threads. */
function children(pid) {
  return threads(pid).flatMap((thread) => procfs(pid, `task/${thread}/children`).split(' ').filter(Boolean));
}

/** The threads of a process; none of one that has ended. */
function threads(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** The memory of a process and of its children in KB. Linux divides a shared page among its processes. */
export function proportional(pid) {
  return below(pid, 'smaps_rollup', /^Pss:\s+(\d+)/m).reduce((sum, kilobytes) => sum + kilobytes, 0);
}

/** A number that /proc has of a process and of each below it. */
function below(pid, name, pattern) {
  const own = Number(pattern.exec(procfs(pid, name))?.[1] ?? 0);
  return [own, ...children(pid).flatMap((child) => below(child, name, pattern))];
}

/** How long a process and its children have used a processor, in ms. */
export function processorTime(pid) {
  const fields = procfs(pid, 'stat').replace(/.*\) /, '').split(' ');
  // Its own and that of children that have ended, in hundredths of a second.
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
  return children(pid)
    .map(processorTime)
    .reduce((sum, time) => sum + time, own);
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [below, above] = [sorted.length - 1, sorted.length].map((twice) => sorted[Math.floor(twice / 2)]);
  return (below + above) / 2;
}

/** Runs the candidates in turn, so that a noisy minute meets all of them. Gives the median time of each. */
export function compare(rounds, candidates) {
  const times = inTurn(rounds, candidates);
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

/** As `compare`, for candidates that give `both` times. */
export function compareBoth(rounds, candidates) {
  const times = inTurn(rounds, candidates);
  const medians = (all) => ({ wall: median(all.map(({ wall }) => wall)), cpu: median(all.map(({ cpu }) => cpu)) });
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, medians(all)]));
}

/** The median time of each command in milliseconds, run in turns by a program that starts others faster than Node does. */
export function startsOf(rounds, commands) {
  const args = ['times', String(rounds), JSON.stringify(Object.values(commands))];
  const { status, stdout, stderr } = spawnSync(v8Alone, args, { cwd: work, encoding: 'utf8' });
  if (status !== 0) throw new Error(`floor times failed: ${stderr}`);
  const times = stdout.trim().split('\n').map(Number);
  return Object.fromEntries(Object.keys(commands).map((name, i) => [name, times[i]]));
}

function inTurn(rounds, candidates) {
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, start] of Object.entries(candidates)) times[name].push(start());
  }
  return times;
}

export function lines(count, make) {
  const file = join(work, `${count}-${make.name}.ndjson`);
  writeFileSync(file, Array.from({ length: count }, (_, i) => JSON.stringify(make(i))).join('\n') + '\n');
  return file;
}

/** What the group that is running has reported. */
let figures = [];

/** Reports a figure: a ratio, or a number in the unit that `what` names. `target` is such as `≤1.1`. */
export function report(what, value, target, details = '') {
  const met = target.startsWith('≤') ? value <= Number(target.slice(1)) : value >= Number(target.slice(1));
  figures.push({ what, value: Number(value.toPrecision(4)), target, met, details });
  console.log(`${met ? 'ok  ' : 'MISS'} ${what}: ${value.toFixed(2)} (${target})   ${details}`);
}

/**
 * Reports what a figure would be if segfn did nothing by itself: what no change of segfn can get below, or above, as it
 * has V8, the platform's packages, and processes for what isn't trusted.
 */
export function reportFloor(what, value, details) {
  figures.push({ what, value: Number(value.toPrecision(4)), floor: true, met: true, details });
  console.log(`flr  ${what}: ${value.toFixed(2)}   ${details}`);
}

/** The number that a script of benches/floors prints: the median of a few runs. */
export function told(script, ...args) {
  const once = () => {
    const { stdout, stderr } = spawnSync('node', [join(here, 'floors', script), ...args], { encoding: 'utf8' });
    if (!(Number(stdout) > 0)) throw new Error(`${script} says ${stdout}${stderr}`);
    return Number(stdout);
  };
  return median(Array.from({ length: 5 }, once));
}

/** Runs a group. Gives its figures, and how many seconds it took. */
export async function figuresOf(measure) {
  figures = [];
  const start = performance.now();
  const more = await measure();
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  return { seconds, figures, ...more };
}

export const ms = (time) => `${time.toFixed(1)} ms`;
