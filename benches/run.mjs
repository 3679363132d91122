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
  const segfnRun = (...flags) =>
    run(segfn, ['run', file, events, '--settings', given, '--json', '--aws', info.url, ...flags]);
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
 * cassette of its own, or, with `customers`, all share one that has the exchanges of so many customers.
 */
function makeSuite(name, count, customers) {
  const suite = join(work, name);
  mkdirSync(join(suite, 'cases'), { recursive: true });
  copyFileSync(join(here, 'functions', 'notify.js'), join(suite, 'function.js'));
  writeFileSync(
    join(suite, 'settings.json'),
    JSON.stringify({ api: 'https://api.example.com/v1', token: 'k-7f3a9c2d' }),
  );
  if (customers) {
    const all = Array.from({ length: customers }, (_, i) => exchanges(i)).flat();
    writeCassette(join(suite, 'shared.har'), all);
    writeFileSync(join(suite, 'segfn.toml'), '[test]\ncassette = ["shared.har"]\n');
  }
  for (let i = 0; i < count; i++) {
    const folder = join(suite, 'cases', `case-${i}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'event.json'), JSON.stringify(track(customers ? i % customers : i), null, 2));
    if (!customers) writeCassette(join(folder, 'traffic.har'), exchanges(i, i % 10 ? 200 : 503));
  }
  run(segfn, ['accept', suite], { CI: '' });
  return suite;
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

// `node run.mjs start archive` runs only these.
const measures = {
  start: measureStart,
  events: measureEvents,
  memory: measureMemory,
  archive: measureArchive,
  upload: measureUpload,
  untouched: measureUntouched,
  test: measureTest,
  shared: measureShared,
  diff: measureDiff,
  globals: measureGlobals,
};
const chosen = process.argv.slice(2).filter((name) => name in measures);
for (const name of chosen.length > 0 ? chosen : Object.keys(measures)) await measures[name]();
if (process.argv.includes('--json')) console.log(JSON.stringify(results));
