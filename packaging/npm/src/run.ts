import { SegfnError } from './error.js';
import { type Event, type Events, type Paths, source } from './events.js';
import type { Outcome } from './formats/outcome.js';
import type { RunOptions } from './options.js';
import { Results, toArray } from './results.js';
import { start } from './stream.js';

/**
 * Calls a function with events. `for await` gives the outcomes one by one, in the order of the events, while events are
 * still being taken; `await` gives the outcome of a single event, or a list.
 *
 * Without events, those in the function's folder are taken, or else built-in samples.
 *
 * @param path A JavaScript file, a folder with a function.js, `FILE.tf:NAME`, or one of these as `git:REVISION:PATH`.
 * @throws SegfnError if the function can't be loaded or an event can't be read. That a function fails is an outcome.
 */
export function run(path: string, events?: Events | Paths, options?: RunOptions): Results<Outcome, Outcome[]>;
export function run(path: string, event: Event, options?: RunOptions): Results<Outcome, Outcome>;
export function run(
  path: string,
  events?: Event | Events | Paths,
  options: RunOptions = {},
): Results<Outcome, Outcome | Outcome[]> {
  const from = source(events);
  return new Results<Outcome, Outcome | Outcome[]>(
    () => start(['run', '--json'], [path, ...from.paths], options, from),
    async (outcomes) => {
      const all = await toArray(outcomes);
      if (!from.single) return all;
      if (!all[0]) throw new SegfnError('segfn gave no outcome', 'ended');
      return all[0];
    },
  );
}
