import type { CaseLine, CaseTotals, TestLine } from './formats/test-report.js';
import type { TestOptions } from './options.js';
import { Results } from './results.js';
import { start } from './stream.js';

/** All results of a run of cases, and how many there were of each kind. */
export interface TestReport {
  cases: CaseLine[];
  totals: CaseTotals;
}

/**
 * Runs the cases of functions. `for await` gives their results one by one; `await` gives all, with the totals. That a
 * case fails is a result.
 *
 * @param paths Functions, folders of functions, or cases; without them, all suites in the working folder and below.
 * @throws SegfnError if a function can't be loaded, a case can't be read, or there is no case.
 */
export function test(paths: string | readonly string[] = [], options: TestOptions = {}): Results<CaseLine, TestReport> {
  let totals: CaseTotals | undefined;
  return new Results(
    () => {
      const { items, stop } = start<TestLine>(['test', '--report=json'], [paths].flat(), options);
      async function* cases(): AsyncGenerator<CaseLine, void> {
        for await (const item of items) {
          if ('totals' in item) totals = item.totals;
          else yield item;
        }
      }
      return { items: cases(), stop };
    },
    async (results) => {
      const cases: CaseLine[] = [];
      for await (const each of results) cases.push(each);
      return { cases, totals: totals! };
    },
  );
}
