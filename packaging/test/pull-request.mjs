// A pull request as CI sees it: a shallow clone of a repository in which functions were changed, and a registry that has
// segfn.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { registry } from './registry.mjs';
import { emptyFolder, root } from './support.mjs';

let served;
before(async () => (served = await registry()));
after(() => served.close());

function git(cwd, ...args) {
  return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** Its folder, the commit that it is based on, and the environment that leads to the registry. */
export function pullRequest(change = () => {}) {
  const folder = emptyFolder();
  const work = join(folder, 'work');
  mkdirSync(work);
  cpSync(join(root, 'functions'), join(work, 'functions'), { recursive: true });
  git(work, 'init', '--quiet', '--initial-branch=main');
  git(work, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const commit = (message) => {
    git(work, 'add', '.');
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    git(work, ...author, 'commit', '--quiet', '--allow-empty', '-m', message);
    return git(work, 'rev-parse', 'HEAD');
  };
  const base = commit('base');
  const edit = (name, from, to) => {
    const path = join(work, 'functions', name, 'function.js');
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  };
  change({ edit, work });
  commit('change');
  const clone = join(folder, 'clone');
  git(folder, 'clone', '--quiet', '--depth=1', `file://${work}`, clone);
  return { clone, base, env: { npm_config_registry: served.address, npm_config_cache: join(folder, 'npm') } };
}
