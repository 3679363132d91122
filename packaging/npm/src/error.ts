/** What segfn said of itself on standard error, by its exit code (docs/run.md). */
const CODES = {
  2: 'usage',
  3: 'not-loaded',
  4: 'bad-input',
  5: 'internal',
} as const;

/** `not-installed`: there is no program for this system. `ended`: something ended the process. */
export type SegfnErrorCode = (typeof CODES)[keyof typeof CODES] | 'not-installed' | 'ended';

/** segfn couldn't do what it was asked for. That a function fails is no error: its outcome says so. */
export class SegfnError extends Error {
  override readonly name = 'SegfnError';
  readonly code: SegfnErrorCode;
  /** What to do about it, as far as segfn knows. */
  readonly hint: string | undefined;
  /** The exit code of the process, if it came to its end. */
  readonly exitCode: number | undefined;

  constructor(message: string, code: SegfnErrorCode, hint?: string, exitCode?: number) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }

  /** Of a process that ended so. `said` is what it wrote to standard error. */
  static of(exitCode: number | null, signal: NodeJS.Signals | null, said: Said[]): SegfnError {
    const errors = said.filter(({ kind }) => kind === 'error');
    const code = exitCode === null ? 'ended' : (CODES[exitCode as keyof typeof CODES] ?? 'ended');
    const fallback = signal === null ? `segfn ended with ${exitCode}` : `segfn was ended by ${signal}`;
    const message = errors.map(({ text }) => text).join('\n') || fallback;
    return new SegfnError(message, code, errors.findLast(({ hint }) => hint)?.hint, exitCode ?? undefined);
  }
}

/** An error or a warning from standard error. */
export interface Said {
  kind: 'error' | 'warning';
  text: string;
  hint?: string;
}

/** Takes apart what segfn wrote to standard error. */
export function said(text: string): Said[] {
  const all: Said[] = [];
  let inHint = false;
  for (const line of text.trimEnd().split('\n')) {
    const [, kind, rest] = /^(error|warning|hint): (.*)$/.exec(line) ?? [];
    const last = all.at(-1);
    if (kind === 'error' || kind === 'warning') {
      all.push({ kind, text: rest! });
      inHint = false;
    } else if (kind === 'hint' && last) {
      last.hint = rest!;
      inHint = true;
    } else if (last && inHint) last.hint += `\n${line}`;
    else if (last) last.text += `\n${line}`;
  }
  return all;
}
