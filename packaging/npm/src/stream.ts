import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SegfnError } from './error.js';
import { type Event, type Source, line } from './events.js';
import { type FunctionOptions, type TestOptions, flags } from './options.js';
import { Segfn } from './process.js';
import type { Stoppable } from './results.js';
import { SettingsFile } from './settings-file.js';

/** Starts `segfn COMMAND` and gives the values that it writes, one a line. */
export function start<Item>(
  command: readonly string[],
  positional: readonly string[],
  options: FunctionOptions | TestOptions,
  source?: Source,
): Stoppable<Item> {
  const settings = 'settings' in options && options.settings ? new SettingsFile(options.settings) : undefined;
  let segfn: Segfn;
  try {
    const args = [...command, ...flags(options), ...(settings?.flags ?? []), '--', ...positional];
    segfn = new Segfn(args, options, source?.values !== undefined);
  } catch (error) {
    settings?.remove();
    throw error;
  }
  const feeder = source?.values && new Feeder(segfn, source.values);
  async function* items(): AsyncGenerator<Item, void> {
    try {
      for await (const text of segfn.lines()) yield JSON.parse(text) as Item;
      feeder?.rethrow();
    } catch (error) {
      // On the command line, no event is a mistake. Here it is an empty list.
      const none = feeder?.given === 0 && error instanceof SegfnError && error.code === 'bad-input';
      if (!none) throw error;
    } finally {
      feeder?.stop();
      settings?.remove();
    }
  }
  return { items: items(), stop: segfn.end };
}

/** Writes events to standard input, as fast as they are read there. */
class Feeder {
  readonly #stopped = new AbortController();
  #error: { value: unknown } | undefined;
  /** How many events there were so far. */
  given = 0;

  constructor(segfn: Segfn, events: AsyncIterable<Event> | Iterable<Event>) {
    const lines = async function* (this: Feeder): AsyncGenerator<string, void> {
      try {
        for await (const event of events) {
          this.given += 1;
          yield line(event);
        }
      } catch (value) {
        this.#error = { value };
        segfn.end();
      }
    };
    // What the process has to say about its end it says there.
    pipeline(Readable.from(lines.call(this)), segfn.stdin, { signal: this.#stopped.signal }).catch(() => {});
  }

  /** Throws what the caller's iterable threw. */
  rethrow(): void {
    if (this.#error) throw this.#error.value;
  }

  /** Asks for no more events. */
  stop(): void {
    this.#stopped.abort();
  }
}
