// Counts the instructions of four small runs, in all processes of segfn together. Counts don't depend on how busy or how
// fast a machine is, so they can fail a test:
//     node instructions.mjs PROGRAM PROFILE [--keep]
// fails where a run takes 5 % more than benches/instructions.json says for builds of this profile; --keep writes what is
// counted there. What is measured by time is in run.mjs.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { callgrind, done, forEach, names, version } from './callgrind.mjs';

/** How much more than what is kept a run may take. */
const MORE = 0.05;
/**
 * How often a run is counted at most. When processes and threads meet, and so what they do while they wait, is another each
 * time: counts of the same program differ by up to three hundredths. The least is what the work itself takes.
 */
const ROUNDS = 4;

const KEPT = join(dirname(fileURLToPath(import.meta.url)), 'instructions.json');
const [program, profile, keep] = process.argv.slice(2);

/** Counts the instructions of a run, in all of its processes. */
async function count(name) {
  const files = await callgrind(program, name);
  return files.reduce((sum, text) => sum + Number(/^totals: (\d+)/m.exec(text)[1]), 0);
}

const kept = JSON.parse(readFileSync(KEPT, 'utf8'));
const tools = { rustc: done('rustc', ['--version']), valgrind: version };
const limits = kept.counts[profile] ?? {};
const isMore = (name) => limits[name] !== undefined && counted[name] > limits[name] * (1 + MORE);
const counted = {};
for (let [round, left] = [0, names]; round < ROUNDS && left.length > 0; round++) {
  for (const [name, now] of Object.entries(await forEach(left, count))) {
    counted[name] = Math.min(now, counted[name] ?? Infinity);
  }
  // Only what seems to be more is counted again.
  left = keep ? names : names.filter(isMore);
}
for (const name of [...names].reverse()) {
  const [now, then] = [counted[name], limits[name]];
  const more = then ? now / then - 1 : undefined;
  const compared = then ? `${more < 0 ? '' : '+'}${(more * 100).toFixed(2)} %` : 'nothing is kept to compare it with';
  const verdict = keep ? 'kept' : isMore(name) ? 'FAIL' : 'ok  ';
  console.log(`${verdict} ${name}: ${(now / 1e6).toFixed(1)} million instructions, ${compared}`);
}
if (keep) {
  kept.counts[profile] = counted;
  kept.tools = tools;
  writeFileSync(KEPT, `${JSON.stringify(kept, null, 2)}\n`);
} else if (names.some(isMore)) {
  const said = (of) => `${of.rustc}, ${of.valgrind}`;
  console.error(
    `segfn takes more instructions than before (benches/instructions.json, counted with ${said(kept.tools)}; these with ` +
      `${said(tools)}). If that is worth it, or another compiler's doing: make bench-instructions KEEP=--keep`,
  );
  process.exitCode = 1;
}
