// Writes docs/performance.md of benches/results.json: node scripts/performance.mjs. With --print, prints it instead.
// benches/run.mjs, which measures, calls it.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** The page's sections: which groups of benches/run.mjs each has, and what it says first. */
const SECTIONS = [
  {
    title: 'Starting',
    groups: ['start', 'launcher', 'memory'],
    says: `From the command to the outcome of one event. \`node -e 0\` and \`bun -e 0\` are the two runtimes doing nothing. npm
installs a small script as \`node_modules/.bin/segfn\`, by which the shell starts the program; where package managers run no install
scripts, Node starts it.`,
  },
  {
    title: 'Many events',
    groups: ['events', 'events-given-back', 'where'],
    says: `\`segfn run\` beside [a loop](../benches/peer.cjs) in Node and in Bun that reads the same lines, calls the same function in a
context of its own and writes the same outcomes. The loops have none of segfn's limits, logs, secrets or separate processes. A
worker is a process that runs events, one after the other; \`--jobs 2\` has two.`,
  },
  {
    title: 'AWS',
    groups: ['archive', 'upload', 'untouched'],
    says: `The [example](../functions/archive-to-s3/function.js) that stores each event in S3, beside Node with the real aws-sdk. Both talk
over a socket to the same S3, which is segfn's and runs in a process of its own.`,
  },
  {
    title: 'Cases',
    groups: ['test', 'aws-cases', 'large', 'shared', 'nearest', 'changed'],
    says: `\`segfn test\` beside Bun's and Jest's test runners with what a person would write there: a context for each case, and its
traffic replayed. Bun has a file for each case and isolates them, and Jest, which has fewer cases as each takes it
so long, loads the packages anew for each. Each case of segfn has a process of its own. If nothing else is said, a case makes two requests.`,
  },
  {
    title: 'Comparing versions',
    groups: ['diff'],
    says: `\`segfn diff\` runs three times what \`segfn run\` runs once: the base twice, and the candidate.`,
  },
  {
    title: 'Parts of a large run',
    groups: ['scale'],
    says: '[scale.md](scale.md) tells what parts are, and what they cost for a billion events.',
  },
  {
    title: 'Serving',
    groups: ['serve', 'tracked', 'serve-memory', 'reload'],
    says: `\`segfn serve\` keeps what arrived and what came of it in a history on the disk. The plain Node server answers, calls the
function, and keeps nothing.`,
  },
];

const number = (value) => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};
const target = (text) =>
  `${text.startsWith('≤') ? 'at most' : 'at least'} ${Number(text.slice(1)).toLocaleString('en-US')}`;
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const figuresTable = (figures) =>
  table(
    ['what', 'figure', 'target', 'met', 'measured'],
    figures.map(({ what, value, target: wanted, floor, met, details }) =>
      floor
        ? [`*${what}*`, number(value), '', '*floor*', details]
        : [what, number(value), target(wanted), met ? 'yes' : '**no**', details],
    ),
  );

/** What a group's figures were measured on, where they are there. */
const groupsOf = (results, names) => names.map((name) => results.groups[name]).filter(Boolean);

function section(results, { title, groups, says }) {
  const figures = groupsOf(results, groups).flatMap((group) => group.figures);
  return figures.length === 0 ? '' : `## ${title}\n\n${says}\n\n${figuresTable(figures)}\n\n`;
}

function globals(results) {
  const [group] = groupsOf(results, ['globals']);
  if (!group) return '';
  const slow = group.figures.filter(({ value }) => value >= 20).sort((a, b) => b.value - a.value);
  const name = ({ what }) => `\`${/of (.*),/.exec(what)[1]}\``;
  return `## The first touch of a global

A global is made when a function first touches it. Of ${group.figures.length}, these take 20 ms or more, and all others less; the target is at most
100 ms. Once for each instance, not for each event.

${table(
  ['global', 'ms'],
  slow.map((figure) => [name(figure), number(figure.value)]),
)}

`;
}

function growth(results) {
  const names = Object.keys(results.groups).filter((name) => name.startsWith('growth-'));
  if (names.length === 0) return '';
  const count = (size) => size.toLocaleString('en-US');
  const one = ({ figures, growth: { of, rows } }) => {
    const [cpu, memory] = figures;
    const judged = (figure) =>
      figure.met ? 'straight or better' : `**worse than straight** (${number(figure.value)})`;
    return (
      table(
        [of, ...rows.map(({ size }) => count(size)), 'grows'],
        [
          ["processor's time, ms", ...rows.map((row) => count(Math.round(row.cpu))), judged(cpu)],
          ['peak memory, MB', ...rows.map((row) => number(row.memory)), judged(memory)],
        ],
      ) + '\n'
    );
  };
  return `## As work grows

Straight means: ten times the work costs at most ten times as much, with a tenth more allowed from one column to the next. The number
of a row that grows worse is that of its worst step. The system counts the processor's time in hundredths of a second.

${groupsOf(results, names).map(one).join('\n')}
`;
}

function page(results) {
  const { machine, versions, groups } = results;
  const all = Object.values(groups);
  const figures = all.flatMap((group) => group.figures).filter(({ floor }) => !floor);
  const dates = [...new Set(all.map(({ date }) => date))].sort();
  const seconds = Object.entries(groups)
    .filter(([name]) => !name.startsWith('growth-'))
    .reduce((sum, [, group]) => sum + group.seconds, 0);
  const met = figures.filter((figure) => figure.met).length;
  return `# How fast segfn is

\`make bench\` measures segfn beside what a person would use without it, and writes this page. ${met} of ${figures.length} figures meet their targets;
the others say **no**.

A figure is the median of a few runs. Machines differ, so most figures are ratios of two times that were measured in turn: 0.5 "to Node"
is half of Node's time. Times are of whole processes, from start to end. "The processor's time" is what all processes of a command
used of all processors together. The last column has the two times, segfn's first where nothing else is said.

A *floor* is what the figure above it would be if segfn did nothing by itself: V8 alone, a package of the platform alone. No change of
segfn gets beyond it, as long as a function has V8, the platform's packages and a process of its own.

| | |
|---|---|
| machine | ${machine.processor}, ${machine.memory}, ${machine.system} |
${Object.entries(versions)
  .map(([name, version]) => `| ${name} | ${version} |`)
  .join('\n')}
| measured | ${dates.length === 1 ? dates[0] : `${dates[0]} to ${dates.at(-1)}`} |

${SECTIONS.map((each) => section(results, each)).join('')}${globals(results)}${growth(results)}## How to repeat it

\`make bench\` builds the program for release, fetches the peers from npm in the versions above, and takes ${Math.ceil(seconds / 60)} minutes after that on the machine above.
Nothing else should run meanwhile. In \`benches/\`, \`node run.mjs start events\` measures only these groups, and \`node run.mjs growth\`
what grows, which takes longer. All figures are in [benches/results.json](../benches/results.json). On another machine or beside other
versions, what was measured before is dropped.

Times depend on what else a machine does, so no test looks at them. Instructions don't: \`make test\` counts those of four small runs
by Valgrind, and fails where one takes 5 % more than [benches/instructions.json](../benches/instructions.json) says.
\`make bench-instructions KEEP=--keep\` writes new counts there: after an improvement, so that it stays, or where more is worth it.
`;
}

/** Writes docs/performance.md. */
export function writePage() {
  writeFileSync(join(root, 'docs/performance.md'), page(read('benches/results.json')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--print')) process.stdout.write(page(read('benches/results.json')));
  else writePage();
}
