// action.yml, run as GitHub's runner does, in a clone as actions/checkout makes it, with segfn from a registry.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { version } from '../npm/build.mjs';
import { pullRequest } from './pull-request.mjs';
import { runAction } from './runner.mjs';
import { plain, root } from './support.mjs';

/** What the cache has kept of the first run. */
let tools;

const pullRequestEvent = (base) => ({ event_name: 'pull_request', event: { pull_request: { base: { sha: base } } } });

test('cases pass: segfn is installed, cached by its version, and reports to the log and to JUnit', async () => {
  const { clone, env } = pullRequest();
  const result = await runAction(clone, {
    env,
    inputs: { paths: 'functions/enrich-orders\nfunctions/redact-emails\n' },
  });
  assert.equal(result.conclusion, 'success', result.log);
  assert.match(result.log, new RegExp(`^segfn ${version}$`, 'm'));
  assert.match(result.log, /^6 cases: 6 passed/m);
  const [cache] = result.used;
  assert.match(cache.uses, /^actions\/cache@/);
  assert.equal(cache.with.key, `segfn-Linux-X64-${version}`);
  assert.ok(existsSync(join(cache.with.path, 'node_modules', 'segfn')), 'what is cached is what was installed');
  assert.match(result.log, /added \d+ packages/);
  tools = result.tools;
  assert.equal(result.outputs.junit, join(clone, 'segfn-junit.xml'));
  assert.match(readFileSync(result.outputs.junit, 'utf8'), /<testsuites .*tests="6" .*failures="0"/);
  assert.equal(result.outputs.comment, '');
  assert.ok(!result.ran.includes("Compare with the pull request's base"));
});

test('a case fails: the job does, with an annotation and a summary, and the comparison is made all the same', async () => {
  const { clone, base, env } = pullRequest(({ edit }) => edit('enrich-orders', 'EUR: 1.08', 'EUR: 1.09'));
  const inputs = { diff: 'functions/enrich-orders\nfunctions/redact-emails', flags: '-k enrich' };
  const result = await runAction(clone, { env, github: pullRequestEvent(base), inputs, tools });
  assert.equal(result.conclusion, 'failure');
  assert.doesNotMatch(result.log, /added \d+ packages/, 'segfn came from the cache');
  assert.match(result.log, /^::error file=functions\/enrich-orders\/.*value\.properties\.total_usd/m);
  assert.match(plain(result.summary), /failed .*functions\/enrich-orders\/euros/);
  const comment = plain(readFileSync(result.outputs.comment, 'utf8'));
  assert.match(comment, /total_usd/);
  assert.match(comment, /45\.9/);
  assert.match(comment, /46\.33/);
  assert.match(comment, /functions\/redact-emails/);
  assert.ok(plain(result.summary).includes(comment.trim()));
});

test('what is new has nothing to be compared with, and what cannot be compared fails the job', async () => {
  const { clone, base, env } = pullRequest(({ edit, work }) => {
    cpSync(join(work, 'functions', 'redact-emails'), join(work, 'functions', 'brand-new'), { recursive: true });
    edit('slack-alerts', 'async function post(', 'async function post((');
  });
  const inputs = { paths: 'functions/redact-emails', diff: 'functions/brand-new\nfunctions/slack-alerts' };
  const result = await runAction(clone, { env, github: pullRequestEvent(base), inputs, tools });
  assert.equal(result.conclusion, 'failure');
  assert.match(result.log, /slack-alerts\/function\.js can't be loaded/);
  const comment = plain(readFileSync(result.outputs.comment, 'utf8'));
  assert.match(comment, /`functions\/brand-new` is new/);
  assert.match(comment, /`functions\/slack-alerts` could not be compared/);
});

test('a version that npm does not have fails the job', async () => {
  const { clone, env } = pullRequest();
  const result = await runAction(clone, { env, inputs: { version: '99.0.0' } });
  assert.equal(result.conclusion, 'failure');
  assert.deepEqual(result.ran, ['Install segfn']);
  assert.match(result.log, /99\.0\.0/);
});

test('its version is that of Cargo.toml', () => {
  assert.ok(readFileSync(join(root, 'action.yml'), 'utf8').includes(`default: ${version}\n`));
});
