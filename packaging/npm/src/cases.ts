import { spawnSync } from 'node:child_process';
import { binary } from './binary.js';
import { SegfnError, said } from './error.js';
import type { CaseLine } from './formats/test-report.js';
import { type TestOptions, flags } from './options.js';
import { test } from './test.js';

/** `test` of vitest, of jest or of node:test. */
export type TestFunction = (name: string, body: () => Promise<void>) => unknown;

/**
 * Makes each case a test of another test runner. All of them run together, when the first is asked for.
 *
 * @param paths As for `test`.
 * @throws SegfnError if a case can't be found.
 */
export function cases(paths: string | readonly string[], define: TestFunction, options: TestOptions = {}): void {
  let results: Promise<Map<string, CaseLine>> | undefined;
  for (const id of list([paths].flat(), options)) {
    define(id, async () => {
      results ??= test(paths, options).then((all) => new Map(all.cases.map((each) => [each.case, each])));
      const result = (await results).get(id);
      if (result?.verdict !== 'passed' && result?.verdict !== 'flaky') throw new CaseError(id, result);
    });
  }
}

/** A case that doesn't pass. */
export class CaseError extends Error {
  override readonly name = 'CaseError';
  readonly result: CaseLine | undefined;

  constructor(id: string, result: CaseLine | undefined) {
    const problems = result?.problems?.map(({ text }) => text) ?? ['it was not run'];
    super([`${id}:`, ...problems, result?.remedy ?? []].flat().join('\n'));
    this.result = result;
  }
}

/** The ids of the cases. Runners want their tests' names at once, so this waits. */
function list(paths: readonly string[], options: TestOptions): string[] {
  const { cwd, env } = options;
  const args = ['test', '--list', ...flags({ ...options, accept: false }), '--', ...paths];
  const { status, signal, stdout, stderr, error } = spawnSync(binary(), args, { cwd, env, encoding: 'utf8' });
  if (error) throw new SegfnError(`segfn can't be started: ${error.message}`, 'ended');
  if (status !== 0) throw SegfnError.of(status, signal, said(stderr));
  return stdout.split('\n').filter(Boolean);
}
