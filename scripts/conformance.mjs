// Holds segfn against tests that its authors didn't write, and writes docs/conformance.md:
//     node scripts/conformance.mjs ADAPTER SEGFN [GROUP...]
// ADAPTER is a folder with the adapter and, under .work/test, Node's own tests (README there): what runs a test file in
// Node and in segfn under the same conditions. It isn't part of this repository, and neither are the tests. SEGFN is the
// binary. Without groups, all are run, which takes an hour; the others' figures stay as the page has them.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FIGURES = join(root, 'tests/conformance/figures.json');
const REASONS = join(root, 'tests/conformance/reasons.json');
const PAGE = join(root, 'docs/conformance.md');

/** Node's own test files by module. Those that `talk` have a server, which runs in Node. */
const MODULES = {
  buffer: { files: '^test-buffer' },
  console: { files: '^test-console' },
  crypto: { files: '^test-crypto' },
  events: { files: '^test-event' },
  http: { files: '^test-http-', talk: true },
  https: { files: '^test-https-', talk: true },
  querystring: { files: '^test-querystring' },
  stream: { files: '^test-stream' },
  'string-decoder': { files: '^test-string-decoder' },
  timers: { files: '^test-timers' },
  url: { files: '^test-(url|whatwg-url)' },
  util: { files: '^test-util-(inspect|format)' },
  web: {
    files:
      '^test-(abort|blob|structuredClone|performance|messag|webstream|whatwg-(encoding|webstreams)|global-|queue-microtask|btoa-atob)',
  },
  webcrypto: { files: '^test-webcrypto' },
  zlib: { files: '^test-zlib' },
};

/** The Web Platform Tests that Node's repository has a copy of. */
const PLATFORM = { url: 'url', encoding: 'encoding', WebCryptoAPI: 'WebCryptoAPI' };

/** The packages' own suites. The adapter has them in .work/pkgs. */
const PACKAGES = [
  'aws-sdk',
  'form-data',
  'jsonwebtoken',
  'lodash',
  'moment',
  'moment-locale',
  'moment-timezone',
  'node-fetch',
  'xml2js',
];

const [adapter, segfn, ...wanted] = process.argv.slice(2);
if (!adapter || !segfn || !existsSync(join(adapter, 'run.mjs'))) {
  console.error(
    'make conformance NODE_CONFORMANCE=FOLDER: a folder with the adapter (run.mjs) and Node\u2019s tests (.work/test)',
  );
  process.exit(2);
}
// So many test files at a time.
const JOBS = process.env.JOBS ?? '2';
const out = join(resolve(adapter), '.work/out-segfn');
const pkgs = join(resolve(adapter), '.work/pkgs');
const environment = { ...process.env, SEGFN: resolve(segfn), PACKAGES: join(root, 'js'), MEMORY: '6000' };

/** Runs one of the adapter's programs, and gives what it counted. */
function run(program, argv, more = {}) {
  const options = {
    cwd: adapter,
    env: { ...environment, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1e9,
  };
  const said = String(execFileSync('node', [program, ...argv], options));
  process.stdout.write(said);
  return JSON.parse(said.slice(said.indexOf('{')));
}

const linesOf = (path) =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];

function runModule(name) {
  const { files, talk } = MODULES[name];
  const group = `${name}=${files}`;
  // Their two halves run at the same time, and each waits for the other for a while only.
  if (talk) run('run.mjs', ['--out', out, '--split', '--no-soft', '--jobs', '1', group], { LIMIT: '12' });
  else run('run.mjs', ['--out', out, '--no-soft', '--jobs', JOBS, group]);
  const results = linesOf(join(out, `${name}.ndjson`));
  const reachable = results.filter(({ node }) => node === 'pass');
  const failing = reachable.filter(({ segfn }) => segfn !== 'pass').map(({ file }) => file);
  return {
    tried: results.length,
    node: reachable.length,
    segfn: reachable.length - failing.length,
    failing: failing.sort(),
  };
}

function runPlatform(name) {
  // Node itself takes minutes for some: 8,740 keys are derived in 100,000 rounds each, at most.
  const { files, nodePass, segfnPass, only } = run('wpt.mjs', ['--out', out, `${name}=${PLATFORM[name]}`], {
    LIMIT: '900',
  });
  // segfn may pass what Node fails, and some files end in Node before they have counted anything.
  return { files, node: nodePass, segfn: Math.min(segfnPass, nodePass - only) };
}

function runPackage(name) {
  if (name === 'form-data') return runFormData();
  const { tests, node, only } = run('suites.mjs', ['--pkgs', pkgs, '--out', out, '--jobs', JOBS, name]);
  return { tests, node, segfn: node - only };
}

/** Its tests are files, each with a server on a port of its own. */
function runFormData() {
  const made = join(out, 'form-data');
  execFileSync('node', ['bundle-form-data.mjs', pkgs, made], { cwd: adapter, stdio: 'inherit' });
  const data = join(pkgs, 'form-data/test/fixture');
  const given = ['--tests', made, '--data', data, '--named', '{"/form_data":"FormData"}', 'form-data=\\.js$'];
  run('run.mjs', ['--out', out, '--jobs', '1', '--split', '--no-soft', ...given], { LIMIT: '12' });
  const results = linesOf(join(out, 'form-data.ndjson'));
  const reachable = results.filter(({ node }) => node === 'pass');
  return {
    tests: results.length,
    node: reachable.length,
    segfn: reachable.filter(({ segfn: end }) => end === 'pass').length,
  };
}

const figures = {
  modules: {},
  platform: {},
  packages: {},
  ...(existsSync(FIGURES) && JSON.parse(readFileSync(FIGURES, 'utf8'))),
};
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);
for (const name of Object.keys(MODULES)) if (isWanted(name)) keep('modules', name, runModule(name));
for (const name of Object.keys(PLATFORM)) if (isWanted(`wpt-${name}`)) keep('platform', name, runPlatform(name));
const packages = PACKAGES.filter((name) => isWanted(`packages-${name}`));
if (packages.length > 0 && !existsSync(pkgs)) {
  console.error("the packages' own suites are left out: there is no .work/pkgs");
} else for (const name of packages) keep('packages', name, runPackage(name));

/** Writes a figure at once: the next group may fail, and all of them take an hour. */
function keep(kind, name, figure) {
  figures[kind][name] = figure;
  mkdirSync(dirname(FIGURES), { recursive: true });
  writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(PAGE, page());
}

/** docs/conformance.md. */
function page() {
  const reasons = JSON.parse(readFileSync(REASONS, 'utf8'));
  const percent = (part, whole) => (whole === 0 ? '' : `${((part / whole) * 100).toFixed(1)} %`);
  const modules = Object.entries(figures.modules);
  const total = (field) => modules.reduce((sum, [, figure]) => sum + figure[field], 0);
  const rows = [...modules, ['all', { tried: total('tried'), node: total('node'), segfn: total('segfn') }]].map(
    ([name, { tried, node, segfn: passed }]) =>
      `| ${name} | ${tried} | ${node} | ${passed} | ${percent(passed, node)} |`,
  );
  const platform = Object.entries(figures.platform).map(
    ([name, { files, node, segfn: passed }]) =>
      `| ${name} | ${files} | ${node} | ${passed} | ${percent(passed, node)} |`,
  );
  const packages = Object.entries(figures.packages).map(
    ([name, { tests, node, segfn: passed }]) =>
      `| ${name} | ${tests} | ${node} | ${passed} | ${percent(passed, node)} |`,
  );
  const remaining = modules.flatMap(([name, { failing = [] }]) =>
    failing.map((file) => `| ${name} | \`${file}\` | ${reasons[file] ?? 'not looked into yet'} |`),
  );
  return `# How near segfn is to Node 20

\`make conformance\` runs Node's own tests twice, in Node 20 and in segfn, under one adapter that gives a test file what a
function can reach. What fails in both is set apart: a function can't do it on the platform either. The tests and the adapter
aren't part of this repository; \`NODE_CONFORMANCE\` says where a copy is. Small cases of what these tests found are in
\`tests/it/\`, where \`make test\` runs them against the real Node.

## Node's own tests

| module | files tried | pass in Node | of these in segfn | |
|---|---|---|---|---|
${rows.join('\n')}

## Web Platform Tests

| suite | files | subtests that pass in Node | that pass in segfn | |
|---|---|---|---|---|
${platform.join('\n')}

## The packages' own suites

| package | tests | pass in Node | of these in segfn | |
|---|---|---|---|---|
${packages.join('\n')}

## What remains

| module | file | why |
|---|---|---|
${remaining.join('\n')}
`;
}
