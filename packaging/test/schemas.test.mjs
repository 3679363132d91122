// The JSON Schemas in docs/: what segfn writes and reads is what they say, and nothing more.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'smol-toml';
import { environment, folderWithSegfn, root, run } from './support.mjs';

const SUFFIX = '.schema.json';
const NAMES = ['enrich-orders', 'redact-emails', 'slack-alerts', 'webhook-to-events', 'archive-to-s3'];
let cwd, options, segfn, schemas, ajv;
before(async () => {
  cwd = await folderWithSegfn();
  options = { cwd, env: environment() };
  segfn = createRequire(join(cwd, 'x.js'))('segfn');
  const folder = join(cwd, 'node_modules', 'segfn', 'schemas');
  ajv = new Ajv2020({ strict: false, validateFormats: false, allowUnionTypes: true });
  const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  schemas = Object.fromEntries(readdirSync(folder).map((file) => [file, read(file)]));
  for (const [file, schema] of Object.entries(schemas)) ajv.addSchema(closed(schema), file);
});

/** A schema that allows no property that it doesn't name. */
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return schema.properties && schema.additionalProperties === undefined
    ? { ...inside, additionalProperties: false }
    : inside;
}

function fits(format, value) {
  const validate = ajv.getSchema(format + SUFFIX);
  assert.ok(
    validate(JSON.parse(JSON.stringify(value))),
    `${JSON.stringify(value)}: ${JSON.stringify(validate.errors)}`,
  );
}

test('outcomes fit', async () => {
  for (const name of NAMES) {
    for await (const each of segfn.run(`functions/${name}`, undefined, { ...options, denyNet: true }))
      fits('outcome', each);
  }
});

test('results of cases fit, also of those that fail', async () => {
  edit('enrich-orders', 'EUR: 1.08', 'EUR: 1.09');
  edit('slack-alerts', 'Order ${order_id}', 'Order no. ${order_id}');
  const lines = [];
  for (const flags of [
    ['--retries', '1'],
    ['--fail-fast', '--jobs', '1'],
  ]) {
    const { stdout } = await run(segfn.binary(), ['test', 'functions', '--report', 'json', ...flags], { cwd });
    lines.push(
      ...stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
  }
  for (const each of lines) fits('test-report', each);
  assert.ok(lines.some(({ tries }) => tries === 2));
  assert.ok(lines.some(({ verdict }) => verdict === 'not-run'));
  assert.ok(lines.some(({ assumed }) => assumed?.length > 0));
});

test('results of parts and listings fit', async () => {
  const here = { cwd };
  const listed = await run(segfn.binary(), ['inputs', 'functions/enrich-orders/events'], here);
  fits('inputs', JSON.parse(listed.stdout));
  writeFileSync(join(cwd, 'manifest.json'), listed.stdout);
  const part = ['--manifest', 'manifest.json', '--part', '1/1', '--to'];
  const commands = {
    diff: ['diff', 'functions/enrich-orders', 'functions/slack-alerts', '--show-event', '--stats'],
    run: ['run', 'functions/enrich-orders', '--stats'],
    cases: ['cases', 'add', 'functions/enrich-orders'],
  };
  for (const [name, command] of Object.entries(commands)) {
    await run(segfn.binary(), [...command, ...part, `results-${name}`], here);
    const packed = readFileSync(join(cwd, `results-${name}`, 'part-00001-of-00001.json.gz'));
    fits('result', JSON.parse(gunzipSync(packed)));
  }
});

function edit(name, from, to) {
  const path = join(cwd, 'functions', name, 'function.js');
  const text = readFileSync(path, 'utf8');
  assert.ok(text.includes(from));
  writeFileSync(path, text.replace(from, to));
}

test('comparisons fit', async () => {
  for (const other of NAMES.slice(1)) {
    fits(
      'diff',
      await segfn.diff('functions/enrich-orders', `functions/${other}`, undefined, { ...options, logs: true }),
    );
  }
});

test('what is expected of the example cases fits', () => {
  let count = 0;
  for (const name of NAMES) {
    const folder = join(root, 'functions', name);
    const all = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('expected.json'));
    const values = all.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
    if (readdirSync(folder).includes('cases.ndjson')) {
      const lines = readFileSync(join(folder, 'cases.ndjson'), 'utf8').trim().split('\n');
      values.push(...lines.map((line) => JSON.parse(line).expected));
    }
    for (const value of values) fits('expected', value);
    count += values.length;
  }
  assert.ok(count > 10);
});

test('configuration fits: that of the examples, and what docs/config.md shows', () => {
  const page = readFileSync(join(root, 'docs', 'config.md'), 'utf8');
  const shown = [...page.matchAll(/^```toml\n([^]*?)^```/gm)].map(([, text]) => text);
  const examples = NAMES.map((name) => readFileSync(join(root, 'functions', name, 'segfn.toml'), 'utf8'));
  assert.ok(shown.length > 1);
  for (const text of [...shown, ...examples]) fits('config', parse(text));
  const wrong = ['kind = "sink"', 'memory = 1', '[settings]\nn = 1', '[test]\naws = "real"', 'handlr = "onTrack"'];
  for (const text of wrong) assert.ok(!ajv.getSchema('config' + SUFFIX)(parse(text)), text);
});

/** The keys that segfn knows in a file, as it tells them to who writes another. */
async function known(file, text) {
  const folder = mkdtempSync(join(cwd, 'keys-'));
  mkdirSync(join(folder, 'cases', 'a'), { recursive: true });
  writeFileSync(join(folder, 'function.js'), 'function onTrack() {}');
  writeFileSync(join(folder, 'cases', 'a', 'event.json'), '{ "type": "track" }');
  writeFileSync(join(folder, file), text);
  const { stdout, stderr } = await run(segfn.binary(), ['test'], { cwd: folder });
  const [, list] = /the keys are: (.*)$/m.exec(stdout + stderr) ?? assert.fail(stdout + stderr);
  return list.split(', ');
}

test('the schemas have the keys that segfn knows', async () => {
  const config = schemas['config' + SUFFIX];
  const tables = [
    ['segfn.toml', '', config],
    ['segfn.toml', '[test]', config.properties.test],
    ['segfn.toml', '[redact]', config.properties.redact],
    ['segfn.toml', '[net]', config.properties.net],
    ['cases/a/case.toml', '', schemas['case' + SUFFIX]],
  ];
  for (const [file, table, { properties }] of tables) {
    const missing = (await known(file, `${table}\nqqqqqqqq = 1`)).filter((key) => !(key in properties));
    assert.deepEqual(missing, [], `add them to the schema of ${file} ${table}`);
  }
});

test('each schema is in docs/node.md, and those that the editor is told of exist', () => {
  const page = readFileSync(join(root, 'docs', 'node.md'), 'utf8');
  for (const file of Object.keys(schemas)) assert.ok(page.includes(`\`${file}\``), file);
  const settings = JSON.parse(readFileSync(join(cwd, 'node_modules/segfn/editor/settings.json'), 'utf8'));
  const paths = [
    ...settings['json.schemas'].map(({ url }) => url),
    ...Object.values(settings['evenBetterToml.schema.associations']),
  ];
  for (const path of paths) assert.ok(path.split('/').at(-1) in schemas, path);
});
