import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../testing/load.mjs';

test('what functions can\'t have can be required, extended and promisified, not used', () => {
  const fs = load('fs');
  assert.throws(() => fs.readFileSync('/etc/passwd'), { message: 'functions have no files: fs.readFileSync is not there' });
  assert.throws(() => fs.promises.readFile('/etc/passwd'), { message: 'functions have no files: fs.promises.readFile is not there' });
  assert.throws(() => load('fs/promises').readFile('x'), /functions have no files/);
  assert.throws(() => load('child_process').exec('ls'), { message: 'functions have no processes: child_process.exec is not there' });
  const net = load('net');
  class Socket extends net.Socket {}
  assert.throws(() => new Socket(), { message: 'functions have no sockets: net.Socket is not there' });
  assert.throws(() => net.connect(80), /functions have no sockets/);
  assert.equal(typeof load('util').promisify(load('dns').lookup), 'function');
  assert.equal(load('tty').isatty(1), false);
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
