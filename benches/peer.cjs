// The peer: what a person without segfn would write. A plain Node script that loads a function
// the way the platform does (a vm context, a wrapper with the handler names), reads events as
// JSON lines and writes an outcome a line.
//
//   node peer.cjs FUNCTION EVENTS SETTINGS [--aws URL]     (--bare: without aws-sdk and lodash)
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const vm = require('node:vm');

const [file, events, settingsText, ...flags] = process.argv.slice(2);
const settings = JSON.parse(settingsText);
const handlers = ['onIdentify', 'onTrack', 'onPage', 'onScreen', 'onGroup', 'onAlias', 'onDelete'];

const values = new Map();
const cache = {
  async load(key, ttl, fn) {
    const entry = values.get(key);
    if (entry && (ttl === -1 || entry.until > Date.now())) return entry.value;
    const value = await fn();
    values.set(key, { value, until: Date.now() + ttl });
    return value;
  },
};

class RetryError extends Error {}
let logs = [];
const console = { log: (...args) => logs.push(require('node:util').format(...args)) };
const globals = { cache, console, RetryError, Buffer, URL, setTimeout, clearTimeout };
if (!flags.includes('--bare')) {
  globals._ = require('lodash');
  globals.AWS = require('aws-sdk');
  const url = flags[flags.indexOf('--aws') + 1];
  if (flags.includes('--aws')) {
    globals.AWS.config.update({ accessKeyId: process.env.PEER_KEY, secretAccessKey: process.env.PEER_SECRET });
    globals.AWS.config.sts = { endpoint: url, region: 'us-east-1' };
    globals.AWS.config.s3 = { endpoint: url, s3ForcePathStyle: true };
  }
}

const source = fs.readFileSync(file, 'utf8');
const names = handlers.join(',');
const copy = handlers.map((name) => `if (typeof ${name} === 'function') out.${name} = ${name};`).join('');
const wrapper = vm.runInContext(`(function (out,${names}) {\n${source}\n${copy}\n})`, vm.createContext(globals), {
  filename: path.basename(file),
  lineOffset: -1,
});
const exported = {};
wrapper(exported);

async function main() {
  const out = [];
  const lines = readline.createInterface({ input: fs.createReadStream(events) });
  for await (const line of lines) {
    const start = performance.now();
    const event = JSON.parse(line);
    const handler = `on${event.type[0].toUpperCase()}${event.type.slice(1)}`;
    const outcome = { v: 1, input: events, kind: 'destination', handler };
    try {
      outcome.class = 'success';
      outcome.value = await exported[handler](event, { ...settings });
    } catch (error) {
      outcome.class = error instanceof RetryError ? 'retry' : 'discard';
      outcome.error = { name: error.name, message: error.message, stack: error.stack };
      process.exitCode = 1;
    }
    if (logs.length > 0) outcome.logs = logs;
    logs = [];
    outcome.ms = performance.now() - start;
    out.push(JSON.stringify(outcome));
    if (out.length === 1000) process.stdout.write(`${out.splice(0).join('\n')}\n`);
  }
  if (out.length > 0) process.stdout.write(`${out.join('\n')}\n`);
}
main();
