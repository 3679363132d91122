import { spawn } from 'node:child_process';

/**
 * Runs a program as if it were this process: with its standard streams, the signals that it is sent, and its ending.
 * For where a process can't be replaced.
 */
export function become(program: string, args: string[]): void {
  const child = spawn(program, args, { stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals): void => {
    // A terminal sends Ctrl-C to both.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  child.on('error', (error) => {
    process.stderr.write(`error: ${program} can't be run: ${error.message}\n`);
    process.exit(5);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const each of signals) process.off(each, pass);
    process.kill(process.pid, signal);
  });
}
