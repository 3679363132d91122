// Writes text-order.ld, by which the linker puts together what four small runs execute (benches/callgrind.mjs):
//     node text-order.mjs PROGRAM
// PROGRAM is a release build with its symbols (`make text-order` makes one). Without it, the functions that every run needs
// are spread over the 60 MB of the program's text, and the system maps 64 KB around each that is called.
//
// Only Rust's functions can be told by name: V8's lie in sections that have none. They are named by as much of their names as tells
// them apart: at the end there is a hash, which changes with the compiler and with versions of crates. What isn't found any
// more only stays where it would be without the file.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { callgrind, done, forEach, names } from '../benches/callgrind.mjs';

/** Functions of one beginning are named together, where all of them have at most so many times the bytes of those that ran. */
const TOGETHER = 1.25;
/** A shorter beginning tells nothing. */
const SHORTEST = 6;
/** The hash at the end of a name. */
const HASH = /17h[0-9a-f]{16}E/;

const program = process.argv[2];

/** The functions that a run of this name executes. */
async function executed(name) {
  const texts = await callgrind(program, name, ['--demangle=no']);
  return texts.flatMap((text) => Array.from(text.matchAll(/^c?fn=\(\d+\) ([^\s']+)/gm), ([, function_]) => function_));
}

/** Rust's functions in the program, sorted by name, with their bytes. */
function functionsOfRust() {
  const found = [];
  for (const line of done('nm', ['-S', '--defined-only', program]).split('\n')) {
    const [, size, type, name] = line.split(' ');
    if (!/^[tw]$/i.test(type ?? '') || !(name.startsWith('_R') || HASH.test(name))) continue;
    found.push({ name, all: parseInt(size, 16) });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The fewest patterns for those that ran of `functions`, which are sorted and all begin with the same `length` characters. */
function patterns(functions, length = 0) {
  const sum = (which) => functions.reduce((sum, each) => sum + each[which], 0);
  if (sum('ran') === 0) return [];
  const [first, last] = [functions[0].name, functions.at(-1).name];
  if (length >= SHORTEST && sum('all') <= TOGETHER * sum('ran')) return [`${first.slice(0, length)}*`];
  while (length < first.length && first[length] === last[length]) length++;
  const parts = {};
  for (const each of functions) (parts[each.name[length] ?? ''] ??= []).push(each);
  return Object.values(parts).flatMap((part) => patterns(part, length + 1));
}

const ran = await forEach(names, executed);
const ofRust = functionsOfRust();
/** The patterns for those of Rust's functions that `executed` names. `all` is the bytes of each, and `ran` those of what ran. */
function patternsOf(executed) {
  const names = new Set(executed);
  return patterns(ofRust.map(({ name, all }) => ({ name, all, ran: names.has(name) ? all : 0 })));
}
// What every run needs comes first, so that a small one touches little else.
const found = [ran.start, Object.values(ran).flat()].flatMap(patternsOf);
const lines = [...new Set(found)].map((pattern) => `    *(.text.${pattern})\n`);
const file = join(dirname(fileURLToPath(import.meta.url)), 'text-order.ld');
writeFileSync(
  file,
  `/* What small runs execute, which text-order.mjs found out. */
SECTIONS {
  .text.first : {
${lines.join('')}  }
} INSERT BEFORE .text;
`,
);
console.log(`${file}: ${lines.length} patterns`);
