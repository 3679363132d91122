// The examples of docs/node.md: scripts print what stands below them, and tests are run by their own runners.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { folderWithSegfn, here, linkPackages, root, run } from './support.mjs';

const page = readFileSync(join(root, 'docs', 'node.md'), 'utf8');
const examples = [...page.matchAll(/^```js\n\/\/ (\S+)\n([^]*?)^```\n(?:\n```text\n([^]*?)^```\n)?/gm)];
const ORDERS = [
  { type: 'track', event: 'Order Completed', properties: { order_id: 'A-1', total: 42.5, currency: 'EUR' } },
  { type: 'track', event: 'Order Completed', properties: { order_id: 'A-2', total: 9, currency: 'JPY' } },
];

const runners = {
  vitest: ['vitest/vitest.mjs', 'run', '--reporter=tap-flat'],
  jest: ['jest/bin/jest.js', '--testRegex=jest.test', '--verbose'],
  node: [],
};

let cwd;
before(async () => {
  cwd = await folderWithSegfn();
  linkPackages(cwd);
  for (const [, name, code] of examples) writeFileSync(join(cwd, name), code);
  writeFileSync(join(cwd, 'orders.ndjson'), ORDERS.map((event) => JSON.stringify(event) + '\n').join(''));
});

test('the page has examples', () => assert.ok(examples.length > 8));

for (const [, name, , output] of examples) {
  const runner = /\.(\w+)\.test\./.exec(name)?.[1];
  if (runner === undefined) {
    test(`${name} prints what the page says`, async () => {
      const { stdout, stderr } = await run(process.execPath, [name], { cwd });
      assert.deepEqual([stdout, stderr], [output, '']);
    });
    continue;
  }
  const [script, ...flags] = runners[runner];
  const program = script ? [join(here, 'node_modules', script), ...flags] : ['--test', '--test-reporter=tap'];
  const tried = () => run(process.execPath, [...program, name], { cwd, env: { CI: 'true' } });

  test(`${name} passes in its runner, with each case, and fails where it should`, async () => {
    const passed = await tried();
    const all = passed.stdout + passed.stderr;
    assert.equal(passed.code, 0, all);
    for (const each of ['euros become dollars', 'functions/enrich-orders/euros']) assert.ok(all.includes(each), all);
    const path = join(cwd, 'functions/enrich-orders/function.js');
    const right = readFileSync(path, 'utf8');
    writeFileSync(path, right.replace('EUR: 1.08', 'EUR: 1.09'));
    const failed = await tried();
    writeFileSync(path, right);
    const said = failed.stdout + failed.stderr;
    assert.equal(failed.code, 1, said);
    assert.match(said, /total_usd.*10\.9/, 'the assertion shows the outcome');
    assert.match(said, /if that is right: segfn accept functions\/enrich-orders\/euros/);
  });
}
