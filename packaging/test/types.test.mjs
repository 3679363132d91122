import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWithSegfn, here, run } from './support.mjs';

const USE = `
async function use(): Promise<void> {
  const one = await segfn.run('f.js', { type: 'track' });
  const text: string = one.class;
  const many: Outcome[] = await segfn.run('f.js', [{ type: 'track' }], { jobs: 2 });
  const files: Outcome[] = await segfn.run('f.js', ['a.json', 'b.json']);
  const own: Outcome[] = await segfn.run('f.js');
  for await (const outcome of segfn.run('f.js', (async function* () { yield { type: 'track' }; })())) outcome.logs?.[0]?.level;
  const { cases, totals } = await segfn.test('functions');
  const verdict: 'passed' | 'flaky' | 'failed' | 'broken' | 'not-run' | undefined = cases[0]?.verdict;
  const groups: string[] = (await segfn.diff('git:HEAD', 'f.js')).groups.map(({ what }) => what);
  await using kept = segfn.open('f.js', { settings: { a: ['b'], c: true } });
  const number: number = (await kept.run({})).ms + totals.passed;
  segfn.cases('functions', (name: string, body: () => Promise<void>) => void [name, body]);
  // @ts-expect-error
  await segfn.run('f.js', {}, { jbos: 2 });
  // @ts-expect-error
  await segfn.run('f.js', 5);
  // @ts-expect-error
  one.clas;
  void [text, many, files, own, verdict, groups, number];
}
void use;
`;

test('the types fit, for both kinds of modules', async () => {
  const cwd = await folderWithSegfn(['segfn']);
  symlinkSync(join(here, 'node_modules', '@types'), join(cwd, 'node_modules', '@types'), 'junction');
  symlinkSync(join(here, 'node_modules', 'undici-types'), join(cwd, 'node_modules', 'undici-types'), 'junction');
  writeFileSync(join(cwd, 'esm.mts'), `import * as segfn from 'segfn';\nimport type { Outcome } from 'segfn';\n${USE}`);
  writeFileSync(join(cwd, 'cjs.cts'), `import segfn = require('segfn');\ntype Outcome = segfn.Outcome;\n${USE}`);
  const config = {
    compilerOptions: {
      module: 'node16',
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable'],
      types: ['node'],
      strict: true,
      noEmit: true,
    },
    files: ['esm.mts', 'cjs.cts'],
  };
  writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(here, 'node_modules', 'typescript', 'bin', 'tsc');
  const { code, stdout } = await run(process.execPath, [tsc, '-p', '.'], { cwd });
  assert.deepEqual([code, stdout], [0, '']);
});
