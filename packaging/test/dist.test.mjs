// The archive, the package for Debian and install.sh, as `make dist` makes them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { extract } from 'tar';
import { archive as pack } from '../archive.mjs';
import { newestGlibc } from '../dist.mjs';
import { version } from '../npm/build.mjs';
import { distribution, emptyFolder, gzipProgram, program, root, run, thisPlatform } from './support.mjs';

const { Spec, Validation } = createRequire(import.meta.url)('@cyclonedx/cyclonedx-library');
const name = `segfn-${version}-${thisPlatform.target}`;
const COMMANDS = ['run', 'test', 'record', 'diff', 'accept', 'cases'];
const EVENT = '{"type":"track","event":"Hello","properties":{"text":"a@example.com"}}\n';

let archive;
before(async () => {
  const folder = emptyFolder();
  await extract({ file: join(distribution, `${name}.tar.gz`), cwd: folder });
  archive = join(folder, name);
});

test('the archive has the program, its pages and whose software it is made of', async () => {
  assert.deepEqual(readdirSync(archive).sort(), [
    'CHANGELOG.md',
    'LICENSE',
    'LICENSES.txt',
    'README.md',
    'completions',
    'man1',
    'segfn',
    'segfn.cdx.json',
  ]);
  assert.equal((await run(join(archive, 'segfn'), ['-V'])).stdout, `segfn ${version}\n`);
  assert.match(readFileSync(join(archive, 'LICENSES.txt'), 'utf8'), /^lodash 4\.17\.19 \(MIT\)$/m);
});

test('each command has a man page', async () => {
  const pages = readdirSync(join(archive, 'man1'));
  for (const command of COMMANDS) assert.ok(pages.includes(`segfn-${command}.1`), command);
  assert.ok(!pages.some((page) => page.includes('help')), 'no page of a help command');
  const page = readFileSync(join(archive, 'man1', 'segfn-run.1'), 'utf8');
  assert.match(page, /\\-\\-deny\\-net/);
  assert.match(page, /Exit codes/);
});

test('bash completes commands, flags and values', async () => {
  const complete = async (...words) => {
    const script = `
      source ${join(archive, 'completions', 'segfn.bash')}
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
      _segfn segfn '${words.at(-1)}' '${words.at(-2)}'
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await run('bash', ['--norc', '-c', script]);
    assert.equal(stderr, '');
    return stdout.split('\n').filter(Boolean);
  };
  assert.deepEqual(await complete('segfn', 'te'), ['test']);
  assert.deepEqual(await complete('segfn', 'run', '--den'), ['--deny-net']);
  assert.deepEqual(await complete('segfn', 'run', '--kind', 'insert'), ['insert-destination', 'insert-source']);
});

test('the other shells have completions of the same commands', () => {
  for (const file of ['_segfn', 'segfn.fish', '_segfn.ps1']) {
    const text = readFileSync(join(archive, 'completions', file), 'utf8');
    for (const command of COMMANDS) assert.match(text, new RegExp(`\\b${command}\\b`), `${file}: ${command}`);
    assert.match(text, /deny-net/, file);
  }
});

test('the bill of materials is CycloneDX, and names crates, npm packages and what is C++', async () => {
  const text = readFileSync(join(archive, 'segfn.cdx.json'), 'utf8');
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  assert.equal(await validator.validate(text), null);
  const { components, metadata } = JSON.parse(text);
  assert.equal(metadata.component.version, version);
  const urls = components.map(({ purl }) => purl);
  for (const url of ['pkg:npm/lodash@4.17.19', 'pkg:npm/%40sentry/node@9.24.0', 'pkg:cargo/deno_core@0.413.0']) {
    assert.ok(urls.includes(url), url);
  }
  for (const native of ['V8', 'OpenSSL', 'ICU'])
    assert.ok(
      components.some((each) => each.name === native),
      native,
    );
});

test('SHA256SUMS has all files, as sha256sum and shasum read it', async () => {
  const [tool, ...flags] = process.platform === 'darwin' ? ['shasum', '-a', '256'] : ['sha256sum', '--strict'];
  const { code, stdout, stderr } = await run(tool, [...flags, '--check', 'SHA256SUMS'], { cwd: distribution });
  assert.equal(code, 0, stderr);
  for (const file of [`${name}.tar.gz`, 'install.sh', `npm/segfn-${version}.tgz`])
    assert.match(stdout, new RegExp(file));
});

test('install.sh installs from a folder and from an address, and a second time over the first', async () => {
  const home = emptyFolder();
  const install = (url) => run('sh', [join(distribution, 'install.sh')], { env: { HOME: home, SEGFN_URL: url } });
  const first = await install(distribution);
  assert.deepEqual([first.code, first.stderr], [0, '']);
  assert.match(
    first.stdout,
    new RegExp(`^installed segfn ${version} as ${home}/.local/bin/segfn\nadd ${home}/.local/bin`),
  );
  const server = createServer(({ url }, response) => {
    const path = join(distribution, url);
    response.statusCode = existsSync(path) ? 200 : 404;
    response.end(existsSync(path) ? readFileSync(path) : '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${server.address().port}`;
  const second = await install(address);
  assert.deepEqual([second.code, second.stderr], [0, '']);
  const missing = await install(`${address}/none`);
  server.close();
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /none\/SHA256SUMS can't be fetched/);
  const segfn = join(home, '.local', 'bin', 'segfn');
  const { stdout } = await run(segfn, ['run', '--json', join(root, 'functions', 'redact-emails'), '-'], {
    input: EVENT,
  });
  assert.equal(JSON.parse(stdout).value.properties.text, '[e-mail]');
});

test('install.sh refuses what was not released, and what this system cannot run', async () => {
  const release = emptyFolder();
  for (const file of ['SHA256SUMS', `${name}.tar.gz`]) cpSync(join(distribution, file), join(release, file));
  const home = emptyFolder();
  const install = (env = {}) =>
    run('sh', [join(distribution, 'install.sh')], { env: { HOME: home, SEGFN_URL: release, ...env } });
  appendFileSync(join(release, `${name}.tar.gz`), 'x');
  const changed = await install();
  assert.equal(changed.code, 1);
  assert.match(
    changed.stderr,
    /^segfn: segfn-.*\.tar\.gz is not what was released: its SHA-256 is \w{64} and should be \w{64}\. Nothing was installed$/m,
  );
  assert.ok(!existsSync(join(home, '.local')));

  writeFileSync(join(release, 'SHA256SUMS'), '');
  assert.match((await install()).stderr, new RegExp(`this release has nothing for ${thisPlatform.target}`));
  assert.match((await install({ SEGFN_URL: '' })).stderr, /name where the release is in SEGFN_URL/);

  const bin = join(home, 'fake');
  mkdirSync(bin);
  writeFileSync(join(bin, 'uname'), '#!/bin/sh\n[ "$1" = -s ] && echo FreeBSD || echo amd64\n');
  chmodSync(join(bin, 'uname'), 0o755);
  const other = await install({ PATH: `${bin}:${process.env.PATH}` });
  assert.equal(other.code, 1);
  assert.match(other.stderr, /there is no segfn for FreeBSD amd64/);
});

const debian = existsSync('/usr/bin/dpkg') && readdirSync(distribution).find((file) => file.endsWith('.deb'));
test(
  'the package for Debian is installed, runs, and leaves nothing when it is removed',
  { skip: !debian },
  async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'var/lib/dpkg/info'), { recursive: true });
    mkdirSync(join(folder, 'var/lib/dpkg/updates'));
    writeFileSync(join(folder, 'var/lib/dpkg/status'), '');
    const dpkg = async (...args) => {
      // Some images for containers leave man pages out.
      const flags = [
        `--root=${folder}`,
        '--path-include=*',
        '--force-depends',
        '--force-not-root',
        '--force-script-chrootless',
      ];
      const { code, stdout, stderr } = await run('dpkg', [...flags, `--log=${join(folder, 'log')}`, ...args]);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    // What packaging/linker links for, and not what this machine has.
    const { stdout: depends } = await run('dpkg-deb', ['--field', join(distribution, debian), 'Depends']);
    assert.equal(depends, 'libc6 (>= 2.28)\n');
    await dpkg('--install', join(distribution, debian));
    const segfn = join(folder, 'usr/bin/segfn');
    assert.equal((await run(segfn, ['-V'])).stdout, `segfn ${version}\n`);
    const files = (await dpkg('--listfiles', 'segfn')).split('\n');
    for (const file of [
      '/usr/share/bash-completion/completions/segfn',
      '/usr/share/zsh/vendor-completions/_segfn',
      '/usr/share/fish/vendor_completions.d/segfn.fish',
      '/usr/share/doc/segfn/copyright',
      '/usr/share/doc/segfn/LICENSES.txt',
      '/usr/share/doc/segfn/segfn.cdx.json',
    ]) {
      assert.ok(files.includes(file), file);
      assert.ok(existsSync(join(folder, file)), file);
    }
    // Compressed, except where time counts more, as here.
    assert.match(readdirSync(join(folder, 'usr/share/man/man1')).join(), /\bsegfn-run\.1/);
    await dpkg('--purge', 'segfn');
    assert.ok(!existsSync(join(folder, 'usr')), 'all of it is gone');
  },
);

const objdump = process.platform === 'linux' && existsSync('/usr/bin/objdump');
test('which glibc a program needs is what its symbols say', { skip: !objdump }, async () => {
  const { stdout } = await run('objdump', ['-T', program]);
  const versions = [...stdout.matchAll(/\bGLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  assert.ok(versions.length > 100);
  assert.equal(newestGlibc(program), Math.max(...versions));
});

test('what is published is packed smaller than zlib can, and unpacks to the same', async () => {
  const folder = emptyFolder();
  const text = readFileSync(join(root, 'Cargo.lock'));
  writeFileSync(join(folder, 'Cargo.lock'), text);
  const packed = {};
  for (const [name, gzip] of Object.entries({ zlib: 9, ours: gzipProgram })) {
    const file = join(folder, `${name}.tgz`);
    await pack({ cwd: folder, file }, ['Cargo.lock'], gzip);
    packed[name] = readFileSync(file).length;
    const to = join(folder, name);
    mkdirSync(to);
    await extract({ file, cwd: to });
    assert.ok(readFileSync(join(to, 'Cargo.lock')).equals(text), name);
  }
  assert.ok(packed.ours < packed.zlib, JSON.stringify(packed));
  assert.ok(!existsSync(join(folder, 'ours.tgz.tar')), 'nothing is left');
});
