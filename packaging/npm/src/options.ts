import type { Settings } from './events.js';
import type { ProcessOptions } from './process.js';

/** What may be said of a function: the flags of `segfn run` and `segfn diff` (docs/run.md). */
export interface FunctionOptions extends ProcessOptions {
  kind?: 'source' | 'destination' | 'insert-destination' | 'insert-source';
  /** The handler to call, whatever the event's type says. */
  handler?: string;
  /** They come before those in settings.json and segfn.toml. */
  settings?: Settings;
  /** How long a handler may take: `5s`, `500ms`, or seconds. */
  timeout?: string | number;
  /** How much memory the function may use, in megabytes. */
  memory?: number;
  /** Roles that the embedded AWS has: `ARN`, or `ARN=EXTERNAL_ID`. */
  roles?: readonly string[];
  /** `embedded`, `real` (with this machine's credentials), or a server's URL. */
  aws?: string;
  /** What of segfn.toml counts: `[env.NAME]`. */
  environment?: string;
  /** Take only the events of which an expression of destination filters (FQL) is true. */
  where?: string;
  /** Take only so many of the events. */
  sample?: number;
  /** Take only events since a time: `2026-01-31T12:00:00Z`, `2026-01-31` or `7d`. */
  since?: string;
  /** The longest line of a file of events, in megabytes. */
  maxLine?: number;
}

/** How `run` runs a function. */
export interface RunOptions extends FunctionOptions {
  /** How many events run at the same time, each in its own copy of the function. */
  jobs?: number;
  /** Empties the function's cache before each event. */
  cold?: boolean;
  /** The only hosts that the function can reach. */
  allowNet?: readonly string[];
  /** The function can reach no host. */
  denyNet?: boolean;
}

/** How `diff` compares two versions (docs/diff.md). */
export interface DiffOptions extends FunctionOptions {
  /** HAR files that answer requests. */
  cassette?: readonly string[];
  /** Hosts that GET and HEAD requests are sent to. */
  allowNet?: readonly string[];
  /** Paths that aren't compared. */
  mask?: readonly string[];
  /** Compares logs too. */
  logs?: boolean;
}

/** Which cases `test` runs, and how (docs/testing.md). */
export interface TestOptions extends ProcessOptions {
  /** Only cases whose FOLDER/NAME contains one of these texts. */
  filter?: readonly string[];
  /** Only cases that failed the last time. */
  failed?: boolean;
  /** Only the cases of functions that have changed since this git revision. */
  changed?: string;
  /** Only this part of the cases: `1/4`. */
  shard?: string;
  /** Earlier reports in JSON, by whose times the parts are balanced. */
  timings?: readonly string[];
  /** What of segfn.toml counts: `[env.NAME]`. */
  environment?: string;
  /** Takes what the cases do now as what is expected of them. */
  accept?: boolean;
  /** How many cases run at the same time. */
  jobs?: number;
  /** Stops at the first case that fails. */
  failFast?: boolean;
  /** How often a case that fails is run again, at most. */
  retries?: number;
  /** Answers only requests that are as they were recorded. */
  strict?: boolean;
}

type Value = string | number | boolean | readonly string[] | undefined;

/** Flags, by the names of the options. Settings go another way: a process's arguments are everybody's to see. */
export function flags(options: FunctionOptions | RunOptions | DiffOptions | TestOptions): string[] {
  const { cwd, env, signal, onWarning, settings, roles, environment, ...rest } = options as DiffOptions &
    RunOptions &
    TestOptions;
  const named: Record<string, Value> = { ...rest, role: roles, env: environment };
  return Object.entries(named).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === undefined || value === false) return [];
    if (value === true) return [flag];
    return [value].flat().map((each) => `${flag}=${each}`);
  });
}
