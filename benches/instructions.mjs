// Counts the instructions of four small runs, in all processes of segfn together, by Valgrind's Callgrind. Counts don't
// depend on how busy or how fast a machine is, so they can fail a test:
//     node instructions.mjs PROGRAM PROFILE [--keep]
// fails where a run takes 5 % more than benches/instructions.json says for builds of this profile; --keep writes what is
// counted there. What is measured by time is in run.mjs.
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { track, writeSuite } from './made.mjs';

/** How much more than what is kept a run may take. Two counts of the same program differ by less than a hundredth, seldom by three. */
const MORE = 0.05;

const here = dirname(fileURLToPath(import.meta.url));
const KEPT = join(here, 'instructions.json');
const [program, profile, keep] = process.argv.slice(2);
const segfn = resolve(program);
const work = mkdtempSync(join(tmpdir(), 'segfn-instructions-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

/** Has a command done, which must succeed. Gives what it prints. */
function done(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
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
function cases(count) {
  const suite = join(work, 'suite');
  writeSuite(segfn, suite, count);
  return suite;
}

// Valgrind makes functions fifty times as slow.
writeFileSync(join(work, 'segfn.toml'), 'timeout = "10m"\n');
const small = join(work, 'small.js');
copyFileSync(join(here, 'functions', 'small.js'), small);

/** What is counted, and what it prints last. The first takes longest. */
const RUNS = {
  cases: { args: ['test', cases(6)], last: /^6 cases: 6 passed/ },
  diff: { args: ['diff', small, small, events(200)], last: /^no difference in 200 events/ },
  events: { args: ['run', small, events(1000), '--json'], last: /"input":"[^"]*:1000".*"class":"success"/ },
  start: { args: ['run', small, events(1), '--json'], last: /"class":"success"/ },
};

// scripts/provide-valgrind puts it there where the machine has none.
const provided = join(here, '..', 'tests', '.valgrind', 'usr');
const [valgrind, library] = existsSync(provided)
  ? [join(provided, 'bin', 'valgrind.bin'), { VALGRIND_LIB: join(provided, 'libexec', 'valgrind') }]
  : ['valgrind', {}];
const before = join(work, 'instructions.so');
done('cc', ['-shared', '-fPIC', '-O1', '-I', join(provided, 'include'), '-o', before, join(here, 'instructions.c')]);

/** Counts the instructions of a run, in all of its processes. */
async function count(name) {
  const { args, last } = RUNS[name];
  const counts = mkdtempSync(join(work, `${name}-`));
  const flags = ['--tool=callgrind', '--smc-check=all-non-file', `--callgrind-out-file=${join(counts, '%p')}`];
  const child = spawn(valgrind, [...flags, '--', segfn, ...args], {
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
  const files = readdirSync(counts).map((file) => readFileSync(join(counts, file), 'utf8'));
  return files.reduce((sum, text) => sum + Number(/^totals: (\d+)/m.exec(text)[1]), 0);
}

/** Counts all runs, as many at a time as there are processors. */
async function countAll() {
  const [left, counted] = [Object.keys(RUNS), {}];
  const next = async () => {
    for (let name; (name = left.shift());) counted[name] = await count(name);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  return counted;
}

const kept = JSON.parse(readFileSync(KEPT, 'utf8'));
const tools = { rustc: done('rustc', ['--version']), valgrind: done(valgrind, ['--version']) };
// What is kept is the middle of three.
const rounds = [];
for (let round = 0; round < (keep ? 3 : 1); round++) rounds.push(await countAll());
const middle = (name) => rounds.map((counts) => counts[name]).sort((a, b) => a - b)[Math.floor(rounds.length / 2)];
const counted = Object.fromEntries(Object.keys(RUNS).map((name) => [name, middle(name)]));
const limits = kept.counts[profile] ?? {};
let failed = false;
for (const name of Object.keys(RUNS).reverse()) {
  const [now, then] = [counted[name], limits[name]];
  const more = then ? now / then - 1 : undefined;
  const compared = then ? `${more < 0 ? '' : '+'}${(more * 100).toFixed(2)} %` : 'nothing is kept to compare it with';
  const verdict = keep ? 'kept' : more <= MORE ? 'ok  ' : 'FAIL';
  failed ||= verdict === 'FAIL';
  console.log(`${verdict} ${name}: ${(now / 1e6).toFixed(1)} million instructions, ${compared}`);
}
if (keep) {
  kept.counts[profile] = counted;
  kept.tools = tools;
  writeFileSync(KEPT, `${JSON.stringify(kept, null, 2)}\n`);
} else if (failed) {
  const said = (of) => `${of.rustc}, ${of.valgrind}`;
  console.error(
    `segfn takes more instructions than before (benches/instructions.json, counted with ${said(kept.tools)}; these with ` +
      `${said(tools)}). If that is worth it, or another compiler's doing: make bench-instructions KEEP=--keep`,
  );
  process.exitCode = 1;
}
