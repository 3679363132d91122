// Makes docs/images/first-minute.svg: what a terminal shows of the first minute with segfn, as the program does it.
//
//   node scripts/recording.mjs PROGRAM [FILE]
//
// PROGRAM is run in an empty folder. The picture is one file without scripts; who wants no motion sees it whole.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is typed; `npx` is left out where it is run. */
const COMMANDS = [
  'npx segfn init --kind source',
  'npx segfn run',
  'npx segfn test',
  "sed -i 's/startCase/capitalize/' function.js",
  'npx segfn test',
];

const COLUMNS = 112;
const LINE = 20;
const LETTER = 8.43;
const MARGIN = 16;

/** The commands with what they print, in colours. */
export function record(program) {
  const folder = mkdtempSync(join(tmpdir(), 'segfn-recording-'));
  try {
    const [bin, cwd] = [join(folder, 'bin'), join(folder, 'my-function')];
    mkdirSync(bin);
    mkdirSync(cwd);
    symlinkSync(resolve(program), join(bin, 'segfn'));
    const env = { PATH: [bin, process.env.PATH].join(delimiter), HOME: folder };
    return COMMANDS.map((command) => {
      const script = command.replace(/^npx (segfn.*)$/, '$1 --color always');
      const { stdout, stderr, status } = spawnSync('sh', ['-c', script], { cwd, env, encoding: 'utf8' });
      if (stderr || status > 1) throw new Error(`${command}: ${stderr || status}`);
      return { command, output: stdout ? stdout.trimEnd().split('\n') : [] };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const CLASSES = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow' };

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** A line's text with its colours as `tspan`s. */
function spans(line) {
  let classes = [];
  const parts = [];
  for (const part of line.split(/(\x1b\[[\d;]*m)/)) {
    const code = /^\x1b\[([\d;]*)m$/.exec(part);
    if (code) {
      for (const each of code[1].split(';')) classes = CLASSES[each] ? [...classes, CLASSES[each]] : [];
    } else if (part) {
      const text = escaped(part);
      parts.push(classes.length > 0 ? `<tspan class="${classes.join(' ')}">${text}</tspan>` : text);
    }
  }
  return parts.join('');
}

/** The picture. Each command appears with what it prints, a while after the one before. */
export function picture(steps) {
  const rows = [];
  let [seconds, y] = [0.5, MARGIN + 14];
  for (const { command, output } of steps) {
    const lines = [`<tspan class="dim">$</tspan> <tspan class="bold">${escaped(command)}</tspan>`];
    rows.push([seconds, y, lines[0]]);
    seconds += 0.9;
    for (const line of output) {
      y += LINE;
      if (line) rows.push([seconds, y, spans(line)]);
    }
    seconds += 1.2 + output.length * 0.12;
    y += LINE * 1.5;
  }
  const [width, height] = [Math.ceil(COLUMNS * LETTER) + 2 * MARGIN, y - LINE];
  const texts = rows.map(
    ([at, top, text]) => `<text x="${MARGIN}" y="${top}" style="animation-delay:${at.toFixed(2)}s">${text}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>A terminal: segfn writes a function, runs it, tests it, and shows what an edit changes</title>
<style>
rect { fill: #14181f }
text { fill: #d7dce2; font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }
.bold { font-weight: bold }
.dim { fill: #8b949e }
.red { fill: #ff7b72 }
.green { fill: #56d364 }
.yellow { fill: #e3b341 }
@media (prefers-reduced-motion: no-preference) {
  text { animation: appear 1ms both }
  @keyframes appear { from { opacity: 0 } to { opacity: 1 } }
}
</style>
<rect width="100%" height="100%" rx="8"/>
${texts.join('\n')}
</svg>
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  const [program, file = join(root, 'docs', 'images', 'first-minute.svg')] = process.argv.slice(2);
  writeFileSync(file, picture(record(program)));
}
