// Four small runs of segfn under Valgrind's Callgrind, which tells what each process executed: for instructions.mjs, which
// counts it, and for packaging/text-order.mjs, which wants to know the functions.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { track, writeSuite } from './made.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'segfn-callgrind-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

/** Has a command done, which must succeed. Gives what it prints. */
export function done(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error ?? stderr}`);
  return stdout.trim();
}

/** A file with so many events. */
function events(count) {
  const file = join(work, `${count}.ndjson`);
  writeFileSync(file, Array.from({ length: count }, (_, i) => `${JSON.stringify(track(i))}\n`).join(''));
  return file;
}

/** A suite of so many cases. */
function cases(segfn, count) {
  const suite = join(mkdtempSync(join(work, 'suite-')), 'suite');
  writeSuite(segfn, suite, count);
  return suite;
}

// Valgrind makes functions fifty times as slow.
writeFileSync(join(work, 'segfn.toml'), 'timeout = "10m"\n');
const small = join(work, 'small.js');
copyFileSync(join(here, 'functions', 'small.js'), small);

/** What is run, and what it prints last. The first takes longest. */
const RUNS = {
  cases: { args: (segfn) => ['test', cases(segfn, 6)], last: /^6 cases: 6 passed/ },
  diff: { args: () => ['diff', small, small, events(200)], last: /^no difference in 200 events/ },
  events: { args: () => ['run', small, events(1000), '--json'], last: /"input":"[^"]*:1000".*"class":"success"/ },
  start: { args: () => ['run', small, events(1), '--json'], last: /"class":"success"/ },
};
export const names = Object.keys(RUNS);

// scripts/provide-valgrind puts it there where the machine has none.
const provided = join(here, '..', 'tests', '.valgrind', 'usr');
const [valgrind, library] = existsSync(provided)
  ? [join(provided, 'bin', 'valgrind.bin'), { VALGRIND_LIB: join(provided, 'libexec', 'valgrind') }]
  : ['valgrind', {}];
export const version = done(valgrind, ['--version']);
const before = join(work, 'instructions.so');
done('cc', ['-shared', '-fPIC', '-O1', '-I', join(provided, 'include'), '-o', before, join(here, 'instructions.c')]);

/** Has `program` do the run of this name. Gives what Callgrind wrote, a text for each process. */
export async function callgrind(program, name, more = []) {
  const segfn = resolve(program);
  const { args, last } = RUNS[name];
  const out = mkdtempSync(join(work, `${name}-`));
  const flags = ['--tool=callgrind', '--smc-check=all-non-file', `--callgrind-out-file=${join(out, '%p')}`, ...more];
  const child = spawn(valgrind, [...flags, '--', segfn, ...args(segfn)], {
    cwd: work,
    env: { ...library, PATH: process.env.PATH, CI: 'true', LD_PRELOAD: before },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => (stdout += data));
  child.stderr.on('data', (data) => (stderr += data));
  const status = await new Promise((end) => child.on('close', end));
  if (status !== 0 || !last.test(stdout.trim().split('\n').at(-1))) {
    throw new Error(`the run \`${name}\` ended with ${status}:\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`);
  }
  return readdirSync(out).map((file) => readFileSync(join(out, file), 'utf8'));
}

/** Does `work` for each of `names`, as many at a time as there are processors. Gives what came of each, by name. */
export async function forEach(names, work) {
  const [left, came] = [[...names], {}];
  const next = async () => {
    for (let name; (name = left.shift());) came[name] = await work(name);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  return came;
}
