import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { binary } from './binary.js';
import { SegfnError, said } from './error.js';

/** How the process is started. */
export interface ProcessOptions {
  /** The folder that paths are relative to; this process's, if it isn't given. */
  cwd?: string;
  /** The process's environment; this process's, if it isn't given. */
  env?: NodeJS.ProcessEnv;
  /** Ends the process, and the iteration with the signal's reason. */
  signal?: AbortSignal;
  /** Takes warnings. Without it, they are given to `process.emitWarning`. */
  onWarning?: (message: string, hint?: string) => void;
}

/** More than this of standard error isn't kept. */
const MOST_SAID = 1 << 20;

/** How long an ended process may take, in milliseconds, before it is killed. */
const GRACE = 2000;

/** A running segfn: what it writes to standard output by lines, and what it says on standard error. */
export class Segfn {
  readonly #child: ChildProcess;
  readonly #options: ProcessOptions;
  readonly #closed: Promise<[number | null, NodeJS.Signals | null]>;
  #errors = '';
  #unwanted = false;

  /** With `input`, standard input is open. */
  constructor(args: string[], options: ProcessOptions, input = false) {
    options.signal?.throwIfAborted();
    this.#options = options;
    this.#child = spawn(binary(), args, {
      cwd: options.cwd,
      env: options.env,
      stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.#closed = once(this.#child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    // Whoever reads the lines is told.
    this.#closed.catch(() => {});
    // It may have ended: its exit code says why.
    this.#child.stdin?.on('error', () => {});
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      if (this.#errors.length < MOST_SAID) this.#errors += text;
    });
    options.signal?.addEventListener('abort', this.end);
  }

  get stdin(): Writable {
    return this.#child.stdin!;
  }

  get stderr(): Readable {
    return this.#child.stderr!;
  }

  /** Whether Node has to wait for the process. */
  hold(on: boolean): void {
    const { stdin, stdout, stderr } = this.#child as unknown as Record<string, Socket>;
    for (const each of [this.#child, stdin, stdout, stderr]) on ? each?.ref() : each?.unref();
  }

  /** Ends the process, as nobody wants the rest. */
  readonly end = (): void => {
    this.#unwanted = true;
    this.#child.kill();
    setTimeout(() => this.#child.kill('SIGKILL'), GRACE).unref();
  };

  /**
   * The lines of standard output. The process waits while nobody takes them, and is ended when they aren't wanted any
   * more. Throws what went wrong, after the last line.
   */
  async *lines(): AsyncGenerator<string, void> {
    try {
      let rest = '';
      for await (const chunk of this.#child.stdout!.setEncoding('utf8')) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop()!;
        yield* lines;
      }
      await this.#finish();
    } finally {
      this.#options.signal?.removeEventListener('abort', this.end);
      if (this.#child.exitCode === null && this.#child.signalCode === null) this.end();
      // A process that couldn't be started has been told of.
      await this.#closed.catch(() => {});
    }
  }

  async #finish(): Promise<void> {
    const [code, signal] = await this.#closed.catch((error: Error) => {
      throw new SegfnError(`segfn can't be started: ${error.message}`, 'ended');
    });
    this.#options.signal?.throwIfAborted();
    if (this.#unwanted) return;
    const all = said(this.#errors);
    for (const { kind, text, hint } of all) {
      if (kind === 'warning') this.#warn(text, hint);
    }
    // 1 says that a function failed, a case did, or versions differ: so do the results.
    if (code !== 0 && code !== 1) throw SegfnError.of(code, signal, all);
  }

  #warn(text: string, hint: string | undefined): void {
    if (this.#options.onWarning) this.#options.onWarning(text, hint);
    else process.emitWarning(text, { type: 'SegfnWarning', ...(hint && { detail: hint }) });
  }
}
