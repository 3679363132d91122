// The template for GitLab: its jobs' scripts are run as a runner does, with the variables that it sets.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { version } from '../npm/build.mjs';
import { pullRequest } from './pull-request.mjs';
import { plain, root, run } from './support.mjs';

const template = parse(readFileSync(join(root, 'packaging', 'gitlab', 'segfn.gitlab-ci.yml'), 'utf8'));

/** A job with what it extends. */
function job(name) {
  const { extends: parent, variables, ...own } = template[name];
  const base = parent ? job(parent) : {};
  return { ...base, ...own, variables: { ...base.variables, ...variables } };
}

/** Runs a job in a clone. GitLab puts values of variables into variables. */
function runJob(name, { clone, env: outer }, given) {
  const { variables, before_script: before, script } = job(name);
  const all = { CI_PROJECT_DIR: clone, ...variables, ...given };
  const expand = (text) => String(text).replace(/\$(\w+)/g, (_, other) => all[other] ?? '');
  const env = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, expand(value)]));
  return run('sh', ['-e', '-c', [...before, ...script].join('\n')], {
    cwd: clone,
    env: { ...outer, ...env, CI: 'true' },
  });
}

test('segfn-test runs the cases and writes JUnit; with `parallel`, its part of them', async () => {
  const clone = pullRequest();
  const { code, stdout, stderr } = await runJob('.segfn-test', clone, { SEGFN_PATHS: 'functions/enrich-orders' });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^4 cases: 4 passed/m);
  assert.ok(existsSync(join(clone.clone, job('.segfn-test').artifacts.reports.junit)));
  const part = await runJob('.segfn-test', clone, { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '2' });
  const [, cases] = /^(\d+) cases: /m.exec(part.stdout);
  assert.ok(cases > 0 && cases < 16, part.stdout);
  // What the cache kept is not installed again.
  assert.doesNotMatch(part.stdout, /added \d+ packages/);
});

test('segfn-test fails when a case does', async () => {
  const clone = pullRequest(({ edit }) => edit('enrich-orders', 'EUR: 1.08', 'EUR: 1.09'));
  const { code, stdout } = await runJob('.segfn-test', clone, {});
  assert.equal(code, 1);
  assert.match(stdout, /failed functions\/enrich-orders\/euros/);
});

test('segfn-diff writes what the merge request changes, which is no failure', async () => {
  const clone = pullRequest(({ edit }) => edit('enrich-orders', 'EUR: 1.08', 'EUR: 1.09'));
  const given = {
    CI_MERGE_REQUEST_DIFF_BASE_SHA: clone.base,
    SEGFN_FUNCTIONS: 'functions/enrich-orders functions/redact-emails',
  };
  const { code, stderr } = await runJob('.segfn-diff', clone, given);
  assert.equal(code, 0, stderr);
  const report = plain(readFileSync(join(clone.clone, job('.segfn-diff').artifacts.paths[0]), 'utf8'));
  assert.match(report, /total_usd/);
  assert.match(report, /functions\/redact-emails/);
});

test('its version is that of Cargo.toml', () => {
  assert.equal(job('.segfn').variables.SEGFN_VERSION, version);
});
