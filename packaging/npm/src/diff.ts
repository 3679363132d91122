import { type Event, type Events, type Paths, source } from './events.js';
import type { DiffReport } from './formats/diff.js';
import type { DiffOptions } from './options.js';
import { start } from './stream.js';

/**
 * Runs two versions of a function over the same events and tells what the second does differently.
 *
 * @param base A function as for `run`, or `git:REVISION` for the candidate's file as it was then.
 * @throws SegfnError if a function can't be loaded or an event can't be read.
 */
export async function diff(
  base: string,
  candidate: string,
  events?: Event | Events | Paths,
  options: DiffOptions = {},
): Promise<DiffReport> {
  const from = source(events);
  const { items } = start<DiffReport>(['diff', '--json'], [base, candidate, ...from.paths], options, from);
  let report: DiffReport | undefined;
  for await (const item of items) report = item;
  return report!;
}
