// A stand-in for `segfn serve`, for looking at the panel and for tests of what it shows: its history is made up
// (history.mjs), but what functions do is done by the real segfn, in a copy of functions/. Alone, `node
// tests/panel/stand-in.mjs`, it serves on port 4010.

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventNumber, minutes, rowOf } from './history.mjs';
import { environment, root, segfn } from './program.mjs';

const page = join(root, 'js/dist/panel');
const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const KINDS = {
  'archive-to-s3': ['destination', ['onTrack', 'onIdentify', 'onGroup']],
  'enrich-orders': ['insert-destination', ['onTrack', 'onIdentify', 'onBatch']],
  'redact-emails': ['insert-source', ['onTrack', 'onIdentify']],
  'slack-alerts': ['destination', ['onTrack', 'onBatch']],
  'webhook-to-events': ['source', ['onRequest']],
};
const SAMPLE = {
  type: 'track',
  event: 'Order Completed',
  userId: 'u-1',
  properties: { order_id: 'A-1', total: 10, currency: 'EUR' },
};

class Refusal extends Error {
  constructor(status, message, hint) {
    super(message);
    Object.assign(this, { status, hint });
  }
}

/** What segfn prints on a folder's files. A function that fails makes another exit code, and still prints. */
function run(folder, args, input = '') {
  return new Promise((resolve, reject) => {
    const child = execFile(
      segfn,
      args,
      { cwd: folder, env: environment(), maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error && !(error.code === 1)) reject(new Refusal(400, stderr.trim() || error.message));
        else resolve(stdout);
      },
    );
    child.stdin.end(input);
  });
}

const lines = (text) =>
  text
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

class StandIn {
  faults = [];
  streams = new Set();
  /** Ids of a stand-in count up, and those that came last are first in the list. */
  count = 0;
  changed = new Map();

  constructor(folder, events) {
    this.folder = folder;
    this.count = events;
  }

  event(id) {
    const n = Number(id);
    if (!(n < this.count)) throw new Refusal(404, `there is no event ${id}`);
    return this.changed.get(n) ?? eventNumber(n);
  }

  /** Another event arrives. */
  arrive() {
    const event = eventNumber(this.count++);
    this.tell('row', rowOf(event), event.id);
    return event.id;
  }

  tell(name, data, id) {
    for (const stream of this.streams)
      stream.write(`event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
  }

  functions() {
    return Object.entries(KINDS).map(([name, [kind, handlers]]) => {
      const settings = JSON.parse(readFileSync(join(this.folder, 'functions', name, 'settings.json'), 'utf8'));
      for (const key of Object.keys(settings)) if (/url|secret/i.test(key)) settings[key] = `[secret ${key}]`;
      return { name, path: `functions/${name}/function.js`, kind, handlers, settings };
    });
  }

  place(name) {
    if (!KINDS[name]) throw new Refusal(404, `there is no function ${name}`);
    return `functions/${name}`;
  }

  state() {
    return {
      version: /^version = "(.*)"/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))[1],
      functions: this.functions(),
      pipeline: {
        sources: [{ name: 'website', key: 'website-key', connectedTo: ['slack-alerts', 'archive-to-s3'] }],
        destinations: [{ name: 'slack-alerts', filters: ['type = "track"'] }, { name: 'archive-to-s3' }],
      },
      faults: this.faults,
      retrySpeed: 1,
    };
  }

  events({ before, limit = 200, text = '', where, function: name, class: of }) {
    if (where !== undefined && !/[=<>]|contains|match/.test(where))
      throw new Refusal(
        400,
        `the condition ends too early, at column ${where.length + 1}`,
        'compare with a value: type = "track"',
      );
    const found = [];
    let n = before ? Number(before) - 1 : this.count - 1;
    for (; n >= 0 && found.length < Number(limit); n -= 1) {
      const event = this.event(n);
      if (!JSON.stringify(event.raw).toLowerCase().includes(text.toLowerCase())) continue;
      if (where && !where.includes(event.raw.type)) continue;
      if (!event.steps.some((step) => (!name || step.function === name) && (!of || step.class === of))) continue;
      found.push(rowOf(event));
    }
    return { events: found, more: n >= 0, ...(n >= 0 ? { next: n + 1 } : {}) };
  }

  async run({ function: name, handler, input, settings }) {
    const place = this.place(name);
    const file = join(place, 'settings.json');
    const given = { ...JSON.parse(readFileSync(join(this.folder, file), 'utf8')), ...settings };
    const own = join(this.folder, 'run-settings.json');
    writeFileSync(own, JSON.stringify(given));
    const event = join(this.folder, 'run-input.json');
    writeFileSync(event, JSON.stringify(Array.isArray(input) ? { kind: 'batch', events: input } : input));
    if (Array.isArray(input)) writeFileSync(event, JSON.stringify(input));
    const args = ['run', place, event, '--settings', own, ...(handler ? ['--handler', handler] : [])];
    if (Array.isArray(input) && !handler) args.push('--handler', 'onBatch');
    const [outcome] = lines(await run(this.folder, [...args, '--json']));
    return { outcome, text: await run(this.folder, args) };
  }

  cases(name) {
    const place = join(this.folder, this.place(name));
    const here = readdirSync(place);
    const folders = here.includes('cases') ? readdirSync(join(place, 'cases')) : [];
    const rows = here.includes('cases.ndjson') ? lines(readFileSync(join(place, 'cases.ndjson'), 'utf8')) : [];
    return [
      ...folders.map((each) => ({ name: each, path: `functions/${name}/cases/${each}` })),
      ...rows.map((row, n) => ({ name: row.name, path: `functions/${name}/cases.ndjson:${n + 1}` })),
    ];
  }

  async save({ id, function: name, name: called = `event-${id}` }) {
    const line = JSON.stringify({ name: called, event: this.event(id).raw });
    writeFileSync(join(this.folder, this.place(name), 'cases.ndjson'), `${line}\n`, { flag: 'a' });
    return { case: called, path: this.cases(name).find((each) => each.name === called).path };
  }

  async test({ function: name, cases }) {
    const which = cases ? cases.map((each) => `${this.place(name)}/${each}`) : [this.place(name)];
    const all = lines(await run(this.folder, ['test', ...which, '--report', 'json']));
    return { cases: all.filter((line) => line.case), totals: all.at(-1).totals };
  }

  async accept({ function: name, case: one }) {
    await run(this.folder, ['accept', `${this.place(name)}/${one}`]);
    return { accepted: true };
  }

  async compare({ function: name, base, id, input }) {
    const event = join(this.folder, 'compare-input.json');
    const given = id !== undefined || input;
    if (given) writeFileSync(event, JSON.stringify(input ?? this.event(id).raw));
    const other = base.startsWith('git:') ? join(root, this.place(name)) : base;
    const [report] = lines(
      await run(this.folder, ['diff', other, this.place(name), ...(given ? [event] : []), '--json']),
    );
    return report;
  }

  retry({ id, function: name }) {
    const event = structuredClone(this.event(id));
    const step = event.steps.find((each) => each.function === name);
    Object.assign(step, { class: 'success', attempt: step.attempt + 1, ms: 40.2 });
    delete step.nextRetryAt;
    step.outcome = { v: 1, input: 'history', kind: step.kind, handler: 'onTrack', class: 'success', ms: 40.2 };
    this.changed.set(id, event);
    this.tell('row', rowOf(event), id);
    return { id };
  }

  setFaults(faults) {
    this.faults = faults;
    this.tell('faults', faults);
    return { faults };
  }

  answer(method, path, query, body) {
    const [name, rest] = path.split('/');
    const asked = `${method} ${rest === undefined ? name : `${name}/…`}`;
    switch (asked) {
      case 'GET state':
        return this.state();
      case 'GET events':
        return this.events(query);
      case 'GET events/…':
        return this.event(rest);
      case 'GET stats':
        return { minutes: minutes() };
      case 'GET samples':
        return { samples: [{ name: 'track', title: 'Track: an order', type: 'track' }] };
      case 'GET samples/…':
        return SAMPLE;
      case 'GET cases':
        return { cases: this.cases(query.function) };
      case 'POST run':
        return this.run(body);
      case 'POST cases':
        return this.save(body);
      case 'POST test':
        return this.test(body);
      case 'POST accept':
        return this.accept(body);
      case 'POST compare':
        return this.compare(body);
      case 'POST retry':
        return this.retry(body);
      case 'POST replay':
        return { id: this.arrive() };
      case 'POST faults':
        return this.setFaults([...this.faults, { ...body, left: body.count }]);
      case 'DELETE faults':
        return this.setFaults([]);
      default:
        throw new Refusal(404, `nothing answers ${asked}`);
    }
  }
}

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  return text && JSON.parse(text);
}

async function serve(standIn, token, request, response) {
  const url = new URL(request.url, 'http://localhost');
  const send = (status, type, body, more = {}) => {
    response.writeHead(status, { 'content-type': type, 'content-security-policy': "default-src 'self'", ...more });
    response.end(body);
  };
  const json = (status, value) => send(status, 'application/json', JSON.stringify(value));
  if (!url.pathname.startsWith('/api/')) {
    const name = url.pathname === '/' ? 'index.html' : url.pathname.replace(/^\/panel\//, '');
    if (!readdirSync(page).includes(name)) return send(404, 'text/plain', 'not found');
    return send(200, TYPES[extname(name).slice(1)], readFileSync(join(page, name)));
  }
  if (request.headers['segfn-panel'] !== '1') return json(403, { error: { message: 'this is for the panel only' } });
  if (token && request.headers.authorization !== `Bearer ${token}`)
    return json(401, { error: { message: 'the token is missing or wrong' } });
  const path = decodeURIComponent(url.pathname.slice('/api/'.length));
  if (path === 'stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': here\n\n');
    standIn.streams.add(response);
    response.on('close', () => standIn.streams.delete(response));
    return undefined;
  }
  try {
    const query = Object.fromEntries(url.searchParams);
    return json(200, await standIn.answer(request.method, path, query, await bodyOf(request)));
  } catch (error) {
    return json(error.status ?? 500, { error: { message: error.message, hint: error.hint } });
  }
}

/**
 * `{ url, folder, arrive(), disconnect(), close() }`. `events`: how many there are at first. With `token`, the API wants
 * it.
 */
export async function start({ port = 0, events = 40, token } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'segfn-panel-'));
  cpSync(join(root, 'functions'), join(folder, 'functions'), { recursive: true });
  const standIn = new StandIn(folder, events);
  const server = createServer((request, response) => serve(standIn, token, request, response));
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    folder,
    arrive: () => standIn.arrive(),
    /** Ends the streams, as a lost connection does. */
    disconnect: () => standIn.streams.forEach((stream) => stream.end()),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await start({ port: 4010 });
  console.log(`the panel: ${url}`);
}
