import { SegfnError, said } from './error.js';
import { type Event, line } from './events.js';
import type { Outcome } from './formats/outcome.js';
import { type RunOptions, flags } from './options.js';
import { Segfn } from './process.js';
import { SettingsFile } from './settings-file.js';

/** An event whose outcome isn't there yet. */
interface Waiting {
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

/**
 * A function in a process that is kept: each event costs a millisecond and not a start. As in a warm instance of the
 * platform, its globals and its cache stay from event to event.
 */
export class OpenFunction {
  readonly #segfn: Segfn;
  readonly #settings: SettingsFile | undefined;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #written = 0;
  #failure: unknown;
  #closing = false;

  constructor(path: string, options: RunOptions) {
    this.#settings = options.settings && new SettingsFile(options.settings);
    const settings = this.#settings?.flags ?? [];
    this.#segfn = new Segfn(['run', '--json', ...flags(options), ...settings, '--', path, '-'], options, true);
    this.#watchErrors();
    this.#ended = this.#read();
    this.#segfn.hold(false);
  }

  /**
   * Calls the function with one event.
   *
   * @throws SegfnError if the function can't be loaded or the event can't be read.
   */
  async run(event: Event): Promise<Outcome> {
    const text = line(event);
    if (this.#failure) throw this.#failure;
    return new Promise((resolve, reject) => {
      this.#written += 1;
      this.#waiting.set(this.#written, { resolve, reject });
      this.#segfn.hold(true);
      this.#segfn.stdin.write(text);
    });
  }

  /** Ends the process, after the events that it has been given. */
  async close(): Promise<void> {
    this.#failure ??= new SegfnError('the function was closed', 'ended');
    this.#closing = true;
    this.#segfn.hold(true);
    this.#segfn.stdin.end();
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #read(): Promise<void> {
    let error: unknown = new SegfnError('segfn has ended', 'ended');
    try {
      for await (const text of this.#segfn.lines()) {
        const outcome = JSON.parse(text) as Outcome;
        this.#take(outcome.input)?.resolve(outcome);
      }
    } catch (thrown) {
      error = thrown;
    }
    this.#settings?.remove();
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  /** An event that can't be read has no outcome: it is told of on standard error. */
  #watchErrors(): void {
    let rest = '';
    this.#segfn.stderr.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const { text: message } of said(lines.join('\n'))) {
        const [, input, problem] = /^(-:\d+)(?::\d+)?: ([^]*)$/.exec(message) ?? [];
        if (input) this.#take(input)?.reject(new SegfnError(problem!, 'bad-input'));
      }
    });
  }

  /** Who waits for the input that is called so. */
  #take(input: string): Waiting | undefined {
    const number = Number(input.slice('-:'.length));
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    this.#segfn.hold(this.#closing || this.#waiting.size > 0);
    return waiting;
  }
}

/**
 * Opens a function for many events, given one at a time. Close it, or use `await using`; an open function that waits
 * for nothing doesn't keep Node from ending.
 */
export function open(path: string, options: RunOptions = {}): OpenFunction {
  return new OpenFunction(path, options);
}
