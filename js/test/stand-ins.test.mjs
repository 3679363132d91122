import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../testing/load.mjs';

test("what functions can't have can be required, extended and promisified, not used", () => {
  const fs = load('fs');
  assert.throws(() => fs.writeFileSync('/tmp/x', ''), {
    message: 'functions have no files: fs.writeFileSync is not there',
  });
  assert.throws(() => fs.promises.writeFile('/tmp/x', ''), {
    message: 'functions have no files: fs/promises.writeFile is not there',
  });
  assert.throws(() => load('fs/promises').mkdir('x'), /functions have no files/);
  class Stream extends fs.ReadStream {}
  assert.throws(() => new Stream('x'), /functions have no files/);
  assert.throws(() => load('child_process').exec('ls'), {
    message: 'functions have no processes: child_process.exec is not there',
  });
  assert.throws(() => load('net').createServer(), {
    message: 'functions have no sockets: net.createServer is not there',
  });
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
    assert.deepEqual(
      caught(() => ours[name](path)),
      caught(() => nodes[name](path)),
      name,
    );
  }
  for (const name of ['readFile', 'stat', 'access']) {
    const [own, real] = await Promise.all(
      [ours, nodes].map(
        (fs) => new Promise((resolve) => fs[name](path, (error) => resolve({ ...error, message: error.message }))),
      ),
    );
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
  assert.equal(
    process.on('exit', () => {}),
    process,
  );
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

test('a socket can be made, and what connects it fails', async () => {
  const [net, tls] = [load('net'), load('tls')];
  class Own extends net.Socket {}
  const connected = [
    new Own().connect(5432, 'db.example.com'),
    new net.Socket().connect({ host: 'db.example.com', port: 5432 }, assert.fail),
    net.connect(5432, 'db.example.com', assert.fail),
    net.createConnection('5432', 'db.example.com'),
    tls.connect({ host: 'db.example.com', port: 5432 }, assert.fail),
  ];
  assert.ok(connected.every((socket) => socket.connecting && socket.write('waits')));
  const errors = connected.map((socket) => new Promise((resolve) => socket.on('error', resolve)));
  for (const [index, socket] of connected.entries()) {
    const error = await errors[index];
    assert.deepEqual(
      { ...error },
      { errno: -95, code: 'ENOTSUP', syscall: 'connect', address: 'db.example.com', port: 5432 },
    );
    assert.match(error.message, /^connect ENOTSUP db\.example\.com:5432 \(segfn has no raw sockets: /);
    assert.equal(socket.destroyed, true);
  }
  const local = await new Promise((resolve) => net.connect('/run/db.sock').on('error', resolve));
  assert.equal(local.address, '/run/db.sock');
});

test('addresses are told apart as by Node', async () => {
  const [ours, nodes] = [load('net'), await import('node:net')];
  for (const text of [
    '127.0.0.1',
    '1.2.3',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4.',
    '',
    '::',
    '::1',
    'fe80::1%eth0',
    'fe80::1%',
    '1::2::3',
    '::ffff:1.2.3.4',
    'a:b',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8:9',
    '[::1]',
    'example.com',
    '::g',
    5,
  ]) {
    assert.deepEqual(
      [ours.isIP(text), ours.isIPv4(text), ours.isIPv6(text)],
      [nodes.isIP(text), nodes.isIPv4(text), nodes.isIPv6(text)],
      String(text),
    );
  }
});

test('channels tell their subscribers', async () => {
  const [ours, nodes] = [load('diagnostics_channel'), await import('node:diagnostics_channel')];
  const said = (channels) => {
    const heard = [];
    const listen = (message, name) => heard.push([message, name]);
    const made = channels.channel('segfn:test');
    heard.push(made === channels.channel('segfn:test'), made.hasSubscribers, channels.hasSubscribers('segfn:none'));
    channels.subscribe('segfn:test', listen);
    made.publish({ a: 1 });
    heard.push(
      channels.hasSubscribers('segfn:test'),
      channels.unsubscribe('segfn:test', listen),
      made.unsubscribe(listen),
    );
    const traced = channels.tracingChannel('segfn:work');
    traced.subscribe({
      start: (context) => heard.push(['start', { ...context }]),
      end: (context) => heard.push(['end', { ...context }]),
      error: (context) => heard.push(['error', context.error.message]),
    });
    heard.push(traced.traceSync((a) => a + 1, { id: 1 }, null, 2));
    try {
      traced.traceSync(
        () => {
          throw new Error('no');
        },
        { id: 2 },
      );
    } catch (error) {
      heard.push(error.message);
    }
    return heard.map((each) => (each?.[1]?.error ? [each[0], 'with an error'] : each));
  };
  assert.deepEqual(said(ours), said(nodes));
});
