// `segfn serve`: from a request to the outcome in the history.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  here,
  lines,
  median,
  ms,
  processorTime,
  proportional,
  report,
  reportFloor,
  run,
  segfn,
  v8Alone,
  work,
} from '../harness.mjs';
import { track } from '../made.mjs';
import { Connection, post, sendAll } from '../load.mjs';

const small = join(here, 'functions', 'small.js');

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** A server over a folder with one function, once that is loaded. */
async function serve(source, flags = []) {
  const folder = join(work, 'served');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, 'function.js'), source);
  const port = await freePort();
  const child = spawn(segfn, ['serve', '--port', String(port), ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  await new Promise((resolve) =>
    lines.on('line', (line) => {
      if (line.includes('loaded')) resolve();
    }),
  );
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const stop = async () => {
    child.kill();
    await ended;
  };
  /** What it tells from now on is of no interest. */
  const ignore = () => {
    lines.close();
    child.stdout.resume();
  };
  return { port, pid: child.pid, folder, lines, ignore, stop };
}

const asked = (path) => Buffer.from(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nsegfn-panel: 1\r\n\r\n`);

/** Waits until an event has an outcome in the history, and asks for it every so many milliseconds. */
async function ended(connection, id, pause) {
  for (;;) {
    const { steps } = JSON.parse(await connection.ask(asked(`/api/events/${id}`)));
    if (steps[0]?.outcome) return;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** How many events have ended in the last minutes. */
async function succeeded(connection) {
  const { minutes } = JSON.parse(await connection.ask(asked('/api/stats?minutes=10')));
  return minutes.reduce((sum, { success }) => sum + success, 0);
}

/** Requests with 100 events each, whose ids come once. */
function batches(count, from = 0) {
  return Array.from({ length: count / 100 }, (_, number) => {
    const events = Array.from({ length: 100 }, (_, i) => track(from + number * 100 + i));
    return post('/v1/batch', JSON.stringify({ sentAt: '2026-03-01T09:30:00.000Z', batch: events }));
  });
}

/** So many events by POST /v1/batch until all have an outcome in the history. Gives the time, and the processor's. */
async function timeOfServe(requests, count) {
  const server = await serve(readFileSync(small));
  server.ignore();
  const used = processorTime(server.pid);
  const start = performance.now();
  await sendAll(server.port, requests);
  const connection = new Connection(server.port);
  // They end nearly in their order.
  await ended(connection, count, 5);
  const cpu = processorTime(server.pid) - used;
  let time;
  do {
    // To add them up takes a while, over the history as it was when that began.
    time = performance.now() - start;
  } while ((await succeeded(connection)) < count);
  connection.end();
  await server.stop();
  return { time, cpu };
}

async function timeOfPeer(requests) {
  const port = await freePort();
  const child = spawn('node', [join(here, 'peer-server.cjs'), small, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const used = processorTime(child.pid);
  const start = performance.now();
  await sendAll(port, requests);
  const time = performance.now() - start;
  const cpu = processorTime(child.pid) - used;
  child.kill();
  return { time, cpu };
}

export async function measureServe() {
  const count = 100_000;
  const requests = batches(count);
  const [runs, serves, peers, floors] = [[], [], [], []];
  for (let round = 0; round < 5; round++) {
    runs.push(run(segfn, ['run', small, lines(count, track), '--json']));
    serves.push(await timeOfServe(requests, count));
    peers.push(await timeOfPeer(requests));
    floors.push(run(v8Alone, ['events', small, lines(count, track)]));
  }
  const one = median(runs);
  const [served, peer] = [serves, peers].map((all) => median(all.map(({ time }) => time)));
  // The client takes its part of the processors, too.
  const each = (all) => `${((median(all.map(({ cpu }) => cpu)) / count) * 1000).toFixed(1)} µs of a processor an event`;
  const details = `${ms(served)}, ${each(serves)}; segfn run ${ms(one)}; Node ${ms(peer)}, ${each(peers)}`;
  report('segfn serve, 100,000 events in batches of 100, in events/s', (count / served) * 1000, '≥20000', details);
  report("segfn serve, its rate to segfn run's", one / served, '≥0.5', details);
  report("segfn serve, its rate to a plain Node server's", peer / served, '≥2', details);
  const floor = median(floors);
  reportFloor(
    "V8 alone in one process, without a server, its rate to a plain Node server's",
    peer / floor,
    `${ms(floor)} to ${ms(peer)}`,
  );
}

export async function measureTracked() {
  const server = await serve(readFileSync(small));
  server.ignore();
  const [sender, looker] = [new Connection(server.port), new Connection(server.port)];
  const times = [];
  for (let id = 1; id <= 1100; id++) {
    const request = post('/v1/track', JSON.stringify(track(id)));
    const start = performance.now();
    await sender.ask(request);
    await ended(looker, id, 0);
    // The first ones meet a cold server.
    if (id > 100) times.push(performance.now() - start);
  }
  sender.end();
  looker.end();
  await server.stop();
  times.sort((a, b) => a - b);
  report(
    'segfn serve, from POST /v1/track to the outcome in the history, 99th percentile in ms',
    times[Math.floor(times.length * 0.99)],
    '≤15',
    `median ${ms(median(times))}`,
  );
}

/** Memory over many events: as much at the end as at the beginning. */
export async function measureServeMemory() {
  const server = await serve(readFileSync(small), ['--history', '50MB']);
  server.ignore();
  const peakOver = async (from, count) => {
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, proportional(server.pid) / 1024)), 50);
    for (let sent = 0; sent < count; sent += 50_000) await sendAll(server.port, batches(50_000, from + sent));
    clearInterval(timer);
    return most;
  };
  const first = await peakOver(0, 200_000);
  await peakOver(200_000, 200_000);
  const last = await peakOver(400_000, 200_000);
  await server.stop();
  report(
    'segfn serve, peak memory, the last third of 600,000 events to the first',
    last / first,
    '≤1.1',
    `${last.toFixed(1)} MB to ${first.toFixed(1)} MB`,
  );
}

/** From a change of the file to the first outcome of what it says now. */
export async function measureReload() {
  const source = (version) => `function onTrack() { return ${version} }`;
  const server = await serve(source(0), ['--json']);
  let resolve;
  let wanted = 1;
  server.lines.on('line', (line) => {
    if (JSON.parse(line).outcome?.value === wanted) resolve();
  });
  const connection = new Connection(server.port);
  const times = [];
  let id = 0;
  for (wanted = 1; wanted <= 21; wanted++) {
    let seen = false;
    const is = new Promise((done) => (resolve = done)).then(() => (seen = true));
    const start = performance.now();
    writeFileSync(join(server.folder, 'function.js'), source(wanted));
    while (!seen) {
      await connection.ask(post('/v1/track', JSON.stringify(track(id++))));
      await Promise.race([is, new Promise((done) => setTimeout(done, 2))]);
    }
    times.push(performance.now() - start);
  }
  connection.end();
  await server.stop();
  report('segfn serve, from a change to what it does, in ms', median(times), '≤150', '');
}
