import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { notes } from '../notes.mjs';
import { platforms, tarball } from '../npm/build.mjs';
import { problems, write } from '../owner.mjs';
import { registry } from './registry.mjs';
import { emptyFolder, packages, root, run } from './support.mjs';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Something that is not out yet.

## [1.2.0] - 2026-02-01

### Changed

- A thing.

## [1.1.0] - 2026-01-01

- Another.
`;

test("a release's notes are its part of the changelog", () => {
  assert.equal(notes(CHANGELOG, '1.2.0'), '### Changed\n\n- A thing.\n');
  assert.equal(notes(CHANGELOG, '1.1.0'), '- Another.\n');
});

test('a release without notes is refused', () => {
  assert.throws(() => notes(CHANGELOG, '1.3.0'), {
    message: 'CHANGELOG.md says nothing of 1.3.0: give it a heading "## [1.3.0] - DATE"',
  });
});

/** A copy of the files that name the owner, with an owner of its own. */
function ownedBy(owner) {
  const folder = emptyFolder();
  for (const file of ['Cargo.toml', 'docs/ci.md', 'docs/install.md', 'packaging/owner.json'])
    cpSync(join(root, file), join(folder, file));
  writeFileSync(join(folder, 'packaging', 'owner.json'), JSON.stringify(owner));
  return folder;
}

test('all places name the owner that owner.json names', () => {
  const others = problems().filter((each) => !each.includes('placeholder'));
  assert.deepEqual(others, []);
});

test('a release is refused while nobody is named who publishes it', () => {
  const placeholders = { maintainer: 'The authors of segfn <segfn@localhost>', repository: 'OWNER/REPOSITORY' };
  assert.deepEqual(problems(ownedBy(placeholders)).slice(0, 2), [
    'the maintainer is still a placeholder, The authors of segfn <segfn@localhost>: set it in packaging/owner.json',
    'the repository is still a placeholder, OWNER/REPOSITORY: set it in packaging/owner.json',
  ]);
  const workflow = parse(readFileSync(join(root, '.github', 'workflows', 'release.yml'), 'utf8'));
  const commands = workflow.jobs.version.steps.map(({ run }) => run);
  assert.ok(commands.includes('node packaging/owner.mjs check'), 'the workflow asks');
});

test('an owner that is set is written into all places', () => {
  const owner = { maintainer: 'Ada Example <ada@example.com>', repository: 'example/functions' };
  const folder = ownedBy(owner);
  assert.ok(problems(folder).length > 3, 'the places say something else at first');
  write(folder);
  assert.deepEqual(problems(folder), []);
  const page = readFileSync(join(folder, 'docs', 'install.md'), 'utf8');
  assert.match(page, /^URL=https:\/\/github\.com\/example\/functions\/releases\//m);
  assert.match(readFileSync(join(folder, 'docs', 'ci.md'), 'utf8'), /uses: example\/functions@v/);
});

/** Runs what publishes, without publishing, where a registry has `there` of the two packages. */
async function publish(there) {
  const folder = emptyFolder();
  const npm = join(folder, 'npm');
  mkdirSync(npm);
  const [program] = platforms;
  for (const name of [program.package, 'segfn']) cpSync(tarball(packages, name), tarball(npm, name));
  const workflow = parse(readFileSync(join(root, '.github', 'workflows', 'publish.yml'), 'utf8'));
  const step = workflow.jobs.npm.steps.find(({ run }) => run?.includes('npm publish'));
  const { address, close } = await registry(there);
  const { code, stdout, stderr } = await run('bash', ['-e', '-c', step.run], {
    cwd: folder,
    env: { HOME: folder, npm_config_dry_run: 'true', npm_config_registry: address },
  });
  close();
  assert.equal(code, 0, stderr);
  return stdout.match(/^\+ .*(?=@)/gm);
}

test('npm takes what is published for files, the programs first', async () => {
  assert.deepEqual(await publish([]), [`+ ${platforms[0].package}`, '+ segfn']);
});

test('publishing again after it failed halfway publishes the rest', async () => {
  assert.deepEqual(await publish([platforms[0].package]), ['+ segfn']);
});
