// What a user does: each package manager installs segfn from a registry into an empty folder, with nothing else in
// reach, and `segfn` runs there.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { version } from '../npm/build.mjs';
import { registry } from './registry.mjs';
import { emptyFolder, here, root, run, thisPlatform } from './support.mjs';

const script = (path) => [process.execPath, join(here, 'node_modules', path)];
const pnpm = script('pnpm/bin/pnpm.cjs');
const yarnClassic = script('yarn/bin/yarn.js');
const yarn = script('@yarnpkg/cli-dist/bin/yarn.js');

const unix = process.platform !== 'win32';

let served;
before(async () => (served = await registry()));
after(() => served.close());

/** A folder for a package manager, and commands in it that reach only the registry. */
function project(files = {}) {
  const folder = emptyFolder();
  cpSync(join(root, 'functions'), join(folder, 'functions'), { recursive: true });
  for (const [name, text] of Object.entries({ 'package.json': '{ "private": true }', ...files })) {
    writeFileSync(join(folder, name), text);
  }
  const home = join(folder, 'home');
  mkdirSync(home);
  const dead = 'http://127.0.0.1:1';
  const env = {
    HOME: home,
    XDG_CACHE_HOME: home,
    XDG_DATA_HOME: home,
    HTTP_PROXY: dead,
    HTTPS_PROXY: dead,
    NO_PROXY: '127.0.0.1',
    npm_config_registry: served.address,
    npm_config_cache: join(home, 'npm'),
    npm_config_update_notifier: 'false',
    COREPACK_ENABLE_STRICT: '0',
  };
  const ran = async ([command, ...args], input) => run(command, args, { cwd: folder, env, input });
  const succeed = async (command, input) => {
    const result = await ran(command, input);
    assert.equal(result.code, 0, `${command.join(' ')}: ${result.stderr}${result.stdout}`);
    return result.stdout;
  };
  return { folder, ran, succeed };
}

const EVENT = '{"type":"track","event":"Hello","properties":{"text":"a@example.com"}}\n';

/** Runs segfn as `prefix` does. */
async function tryIt(succeed, prefix) {
  assert.equal((await succeed([...prefix, '--version'])).split('\n')[0].split(' ')[1], version);
  const outcome = JSON.parse(await succeed([...prefix, 'run', '--json', 'functions/redact-emails', '-'], EVENT));
  assert.equal(outcome.value.properties.text, '[e-mail]');
  assert.match(await succeed([...prefix, 'test', 'functions/enrich-orders']), /^4 cases: 4 passed/);
}

/** Only this system's program is there. */
function onlyThisPlatform(folder) {
  const installed = readdirSync(join(folder, 'node_modules', '@segfn'));
  assert.deepEqual(
    installed.map((name) => `@segfn/${name}`),
    [thisPlatform.package],
  );
}

/** The settings of later versions of yarn. */
function yarnFiles(...more) {
  const settings = [
    `npmRegistryServer: "${served.address}"`,
    'unsafeHttpWhitelist: ["127.0.0.1"]',
    'enableGlobalCache: false',
    'enableTelemetry: false',
    'compressionLevel: 0',
    ...more,
    '',
  ];
  return { '.yarnrc.yml': settings.join('\n'), 'yarn.lock': '' };
}

/** Whether `segfn` starts the program and no Node, which where scripts ran it does, except on Windows. */
async function startsAlone(folder) {
  const bin = emptyFolder();
  writeFileSync(join(bin, 'node'), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
  const segfn = join(folder, 'node_modules', '.bin', 'segfn');
  const { code } = await run(segfn, ['-V'], { env: { PATH: `${bin}:${process.env.PATH}` } });
  assert.ok(code === 0 || code === 99, `${code}`);
  return code === 0;
}

describe('installed', { concurrency: 2 }, () => {
  test('npm installs it, and npx runs it', async () => {
    const { folder, succeed } = project();
    await succeed(['npm', 'install', '--save-dev', 'segfn']);
    onlyThisPlatform(folder);
    await tryIt(succeed, ['npx', '--no-install', 'segfn']);
    assert.equal(await succeed(['node', '-p', "typeof require('segfn').run"]), 'function\n');
    assert.equal(await startsAlone(folder), unix);
    await succeed(['npm', 'rebuild']);
    assert.equal(await startsAlone(folder), unix);
    // From the lock file and the cache, as CI does.
    for (const flags of [[], ['--ignore-scripts']]) {
      rmSync(join(folder, 'node_modules'), { recursive: true });
      await succeed(['npm', 'ci', '--offline', ...flags]);
      onlyThisPlatform(folder);
      assert.equal(await startsAlone(folder), unix && flags.length === 0);
      await tryIt(succeed, ['npx', '--no-install', 'segfn']);
    }
  });

  test('npm installs it for all projects', { skip: !unix }, async () => {
    const { folder, succeed } = project();
    const prefix = join(folder, 'global');
    await succeed(['npm', 'install', '--global', '--prefix', prefix, 'segfn']);
    await tryIt(succeed, [join(prefix, 'bin', 'segfn')]);
  });

  test('pnpm installs it', async () => {
    const { folder, succeed } = project();
    await succeed([...pnpm, 'add', '--save-dev', 'segfn']);
    await tryIt(succeed, [...pnpm, 'exec', 'segfn']);
    assert.equal(await succeed(['node', '-p', "typeof require('segfn').run"]), 'function\n');
    assert.equal(await startsAlone(folder), false);
    // What pnpm has made for an installation without scripts still runs when they are allowed afterwards.
    writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'onlyBuiltDependencies: [segfn]\n');
    await succeed([...pnpm, 'rebuild', 'segfn']);
    await tryIt(succeed, [...pnpm, 'exec', 'segfn']);
    // And where they are allowed at once, and where pnpm's store has what came of them.
    for (const _ of [1, 2]) {
      rmSync(join(folder, 'node_modules'), { recursive: true });
      await succeed([...pnpm, 'install', '--frozen-lockfile']);
      assert.equal(await startsAlone(folder), unix);
      await tryIt(succeed, [...pnpm, 'exec', 'segfn']);
    }
  });

  test('yarn 1 installs it', async () => {
    const { folder, succeed } = project();
    await succeed([...yarnClassic, 'add', '--dev', 'segfn', '--registry', served.address]);
    onlyThisPlatform(folder);
    await tryIt(succeed, [...yarnClassic, '--silent', 'segfn']);
    assert.equal(await startsAlone(folder), unix);
  });

  test("yarn with Plug'n'Play, where packages stay packed, installs it", async () => {
    const { succeed } = project(yarnFiles());
    await succeed([...yarn, 'add', '--dev', 'segfn']);
    await tryIt(succeed, [...yarn, 'segfn']);
    assert.equal(await succeed([...yarn, 'node', '-p', "typeof require('segfn').run"]), 'function\n');
  });

  test('yarn with node_modules installs it', async () => {
    const { folder, succeed } = project(yarnFiles('nodeLinker: node-modules', 'enableScripts: true'));
    await succeed([...yarn, 'add', '--dev', 'segfn']);
    await tryIt(succeed, [...yarn, 'segfn']);
    assert.equal(await startsAlone(folder), unix);
  });

  test('a program that was left out is told of, with what to do', async () => {
    const { folder, ran, succeed } = project();
    await succeed(['npm', 'install', '--save-dev', '--omit=optional', 'segfn']);
    const { code, stderr } = await ran(['npx', '--no-install', 'segfn', 'test']);
    assert.equal(code, 5);
    assert.ok(stderr.startsWith(`error: the package ${thisPlatform.package}, which has segfn for `), stderr);
    assert.match(stderr, /^hint: it is an optional dependency of segfn: install without --omit=optional/m);
    // The same from the API, as an error.
    const thrown = await succeed(['node', '-p', "try { require('segfn').binary() } catch (error) { error.code }"]);
    assert.equal(thrown, 'not-installed\n');

    // node_modules that come from another system.
    const other = { os: 'win32', cpu: 'x64', package: '@segfn/win32-x64' };
    const copied = join(folder, 'node_modules', other.package);
    mkdirSync(copied, { recursive: true });
    writeFileSync(join(copied, 'package.json'), '{}');
    const again = await ran(['npx', '--no-install', 'segfn', 'test']);
    assert.equal(again.code, 5);
    assert.ok(again.stderr.startsWith('error: this node_modules was made for win32 x64, and this is '), again.stderr);
    // What it says helps.
    await succeed(['npm', 'install']);
    assert.match(await succeed(['npx', '--no-install', 'segfn', 'test', 'functions/enrich-orders']), /4 passed/);
  });

  test('the packages hold what they should and nothing else', async () => {
    const { folder, succeed } = project();
    await succeed(['npm', 'install', '--ignore-scripts', 'segfn']);
    const main = join(folder, 'node_modules', 'segfn');
    const manifest = JSON.parse(readFileSync(join(main, 'package.json'), 'utf8'));
    assert.deepEqual(manifest.scripts, { postinstall: 'node lib/install.js' });
    assert.equal(manifest.dependencies, undefined);
    assert.deepEqual(readdirSync(main).sort(), [
      'LICENSE',
      'README.md',
      'bin',
      'editor',
      'lib',
      'package.json',
      'schemas',
    ]);
    const { publint } = await import('publint');
    const { messages } = await publint({ pkgDir: main, strict: true, pack: false });
    assert.deepEqual(
      messages.filter(({ type }) => type !== 'suggestion'),
      [],
    );
  });
});
