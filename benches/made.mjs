// What is measured is made here: events, and suites of cases.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const functions = join(dirname(fileURLToPath(import.meta.url)), 'functions');

export function track(i) {
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

/** Code of so many bytes that nobody calls: what a bundler puts beside a function. */
export function code(bytes) {
  const one = (i) =>
    `function of${i}(items, wanted) {\n  const found = items.filter(({ id }) => id === wanted + ${i});\n` +
    `  return found.map(({ name, price }) => \`\${name}: \${(price * 1.${i}).toFixed(2)}\`).join(', ');\n}\n`;
  let text = '';
  for (let i = 0; text.length < bytes; i++) text += one(i);
  return text;
}

/** Has segfn write what the cases of a suite are expected to do. */
function accept(segfn, suite) {
  const { status, stderr } = spawnSync(segfn, ['accept', suite], { env: { ...process.env, CI: '' }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`segfn accept ${suite} ended with ${status}: ${stderr}`);
}

/**
 * Writes a suite of so many cases into a folder, each with two requests; what is expected is what segfn accepted. Each
 * case has a cassette of its own, or, with `customers`, all share one that has the exchanges of so many customers. Where
 * it `differs`, one request of each case has a field more than is recorded. `more` is code behind the function.
 */
export function writeSuite(segfn, suite, count, { customers, differs = false, more = '' } = {}) {
  mkdirSync(join(suite, 'cases'), { recursive: true });
  const source = readFileSync(join(functions, 'notify.js'), 'utf8') + more;
  const changed = source.replace('price: event', 'quantity: event.properties.quantity, price: event');
  writeFileSync(join(suite, 'function.js'), differs ? changed : source);
  const settings = { api: 'https://api.example.com/v1', token: 'k-7f3a9c2d' };
  writeFileSync(join(suite, 'settings.json'), JSON.stringify(settings));
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
  accept(segfn, suite);
  // What was accepted is in the cassettes now.
  if (differs) record();
}

/** Writes a suite of so many cases into a folder, each of which takes a role by STS and puts an object into S3. */
export function writeAwsSuite(segfn, suite, count) {
  cpSync(join(functions, '..', '..', 'functions', 'archive-to-s3'), suite, { recursive: true });
  const cases = join(suite, 'cases');
  const [first, ...others] = readdirSync(cases);
  for (const name of others) rmSync(join(cases, name), { recursive: true });
  for (let i = 0; i < count; i++) {
    const folder = join(cases, `case-${i}`);
    cpSync(join(cases, first), folder, { recursive: true });
    writeFileSync(join(folder, 'event.json'), JSON.stringify(track(i), null, 2));
  }
  rmSync(join(cases, first), { recursive: true });
  accept(segfn, suite);
}
