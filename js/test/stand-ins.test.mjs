import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../testing/load.mjs';

test('what functions can\'t have can be required, extended and promisified, not used', () => {
  const fs = load('fs');
  assert.throws(() => fs.writeFileSync('/tmp/x', ''), { message: 'functions have no files: fs.writeFileSync is not there' });
  assert.throws(() => fs.promises.writeFile('/tmp/x', ''), { message: 'functions have no files: fs/promises.writeFile is not there' });
  assert.throws(() => load('fs/promises').mkdir('x'), /functions have no files/);
  class Stream extends fs.ReadStream {}
  assert.throws(() => new Stream('x'), /functions have no files/);
  assert.throws(() => load('child_process').exec('ls'), { message: 'functions have no processes: child_process.exec is not there' });
  const net = load('net');
  class Socket extends net.Socket {}
  assert.throws(() => new Socket(), { message: 'functions have no sockets: net.Socket is not there' });
  assert.throws(() => net.connect(80), /functions have no sockets/);
  assert.equal(typeof load('util').promisify(load('dns').lookup), 'function');
  assert.equal(load('tty').isatty(1), false);
});

test('a file that a package looks for is not there, in the words of Node', async () => {
  const [ours, nodes] = [load('fs'), await import('node:fs')];
  const path = '/no/such/file';
  const caught = (body) => {
    try {
      return body();
    } catch (error) {
      return { ...error, message: error.message };
    }
  };
  for (const name of ['readFileSync', 'openSync', 'statSync', 'lstatSync', 'readdirSync', 'accessSync', 'existsSync']) {
    assert.deepEqual(caught(() => ours[name](path)), caught(() => nodes[name](path)), name);
  }
  for (const name of ['readFile', 'stat', 'access']) {
    const [own, real] = await Promise.all([ours, nodes].map((fs) => new Promise((resolve) => fs[name](path, (error) => resolve({ ...error, message: error.message })))));
    assert.deepEqual(own, real, name);
    await assert.rejects(ours.promises[name](path), { code: 'ENOENT' });
  }
});

test('the process of packages holds nothing of this machine', () => {
  const process = load('process');
  assert.deepEqual(process.env, {});
  assert.deepEqual(process.argv, []);
  assert.equal(process.cwd(), '/');
  assert.equal(process.version, 'v20.20.2');
  assert.throws(() => process.exit(1), /process.exit is not there/);
  assert.equal(process.on('exit', () => {}), process);
  const start = process.hrtime();
  assert.ok(process.hrtime(start)[0] >= 0 && typeof process.hrtime.bigint() === 'bigint');
});

test('nextTick passes arguments, and its callbacks keep their order', async () => {
  const process = load('process');
  const seen = [];
  process.nextTick((...args) => seen.push(args), 1, 2);
  process.nextTick(() => seen.push('second'));
  await new Promise((resolve) => process.nextTick(resolve));
  assert.deepEqual(seen, [[1, 2], 'second']);
  assert.throws(() => process.nextTick('x'), { code: 'ERR_INVALID_ARG_TYPE' });
});
