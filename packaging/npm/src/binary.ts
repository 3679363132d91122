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
  const here = thisPlatform();
  if (here && !loads(here)) {
    throw new SegfnError(
      `segfn needs glibc, and ${here.loader} is not on this system`,
      'not-installed',
      'take an image with glibc, such as node:22-slim: Alpine has musl in its place',
    );
  }
  const path = here && installed(here);
  if (path) return path;
  throw missing(here?.package);
}

/** A system that there is a package for. What loads programs there, glibc's part on Linux, is the file `loader`. */
export interface Platform {
  os: string;
  cpu: string;
  loader?: string;
  package: string;
}

export function thisPlatform(): Platform | undefined {
  return platforms.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
}

/** The path of the program that is installed for a system. */
export function installed(platform: Platform): string | undefined {
  return resolve(`${platform.package}/bin/${platform.os === 'win32' ? 'segfn.exe' : 'segfn'}`);
}

function loads({ loader }: Platform): boolean {
  return loader === undefined || existsSync(loader);
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
