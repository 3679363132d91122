import { existsSync } from 'node:fs';
import { SegfnError } from './error.js';
import platforms from './platforms.json';

const SUPPORTED = platforms.map(({ os, cpu }) => `${os} ${cpu}`).join(', ');

/** The path of the program for this system. `SEGFN_BINARY` names another one. */
export function binary(): string {
  const given = process.env['SEGFN_BINARY'];
  if (given) {
    if (existsSync(given)) return given;
    throw new SegfnError(
      `SEGFN_BINARY names ${given}, which does not exist`,
      'not-installed',
      'name the program, or unset SEGFN_BINARY to take the installed one',
    );
  }
  const here = platforms.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
  const name = process.platform === 'win32' ? 'segfn.exe' : 'segfn';
  const path = here && resolve(`${here.package}/bin/${name}`);
  if (path) return path;
  throw missing(here?.package);
}

function resolve(name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

/** Says why there is no program, and what to do. */
function missing(wanted: string | undefined): SegfnError {
  const system = `${process.platform} ${process.arch}`;
  if (!wanted) {
    return new SegfnError(
      `there is no segfn for ${system}`,
      'not-installed',
      `there are packages for ${SUPPORTED}; elsewhere, build segfn and name the program in SEGFN_BINARY`,
    );
  }
  if (process.platform === 'linux' && !usesGlibc()) {
    return new SegfnError(
      `there is no segfn for ${system} with musl, which Alpine has: segfn needs glibc`,
      'not-installed',
      'take an image with glibc, such as node:22-slim',
    );
  }
  const other = platforms.find((each) => resolve(`${each.package}/package.json`));
  if (other) {
    return new SegfnError(
      `this node_modules was made for ${other.os} ${other.cpu}, and this is ${system}`,
      'not-installed',
      "install the packages on this system; node_modules can't be copied from another one",
    );
  }
  return new SegfnError(
    `the package ${wanted}, which has segfn for ${system}, is not installed`,
    'not-installed',
    `it is an optional dependency of segfn: install without --omit=optional (--no-optional), or if the lock file ` +
      `doesn't have it, delete node_modules and the lock file and install again; ` +
      `\`npm install --save-optional ${wanted}\` installs it alone`,
  );
}

function usesGlibc(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}
