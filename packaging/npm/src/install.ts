// What npm runs when it has installed the package. It fetches nothing: it makes the launcher a script that is two things.
// As a shell script it starts the program, without starting Node first. To Node it is what it was, and that is where
// the shell script ends up when something isn't as it was at the installation. Where package managers run no scripts, and
// on Windows, the launcher stays JavaScript alone.
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { installed, thisPlatform } from './binary.js';

/** Paths that a shell takes as they are, in quotes. */
const PLAIN = /^[\w@.+/-]+$/;

/**
 * JavaScript sees a text and a comment. The loader tells that this is such a system as the program is for, also when
 * node_modules was copied to it. `segfn` in node_modules/.bin is a link.
 */
const shell = (program: string, loader: string): string => `#!/bin/sh
':' /*
# Made of JavaScript by the installation, so that the program starts without Node. Node reads what is below.
if [ -z "$SEGFN_BINARY" ] && [ -e '${loader}' ]; then
    file=$0
    while [ -h "$file" ]; do
        to=$(readlink "$file")
        case $to in
        /*) file=$to ;;
        *) file=\${file%/*}/$to ;;
        esac
    done
    program=\${file%/*}/${program}
    [ -x "$program" ] && exec "$program" "$@"
fi
exec node "$0" "$@"
*/;
`;

/** Nothing is written into the launcher's file, which may be one with that in a store of packages. */
function replace(launcher: string, text: string): void {
  const beside = `${launcher}.${process.pid}`;
  try {
    writeFileSync(beside, text);
    chmodSync(beside, statSync(launcher).mode | 0o111);
    renameSync(beside, launcher);
  } finally {
    rmSync(beside, { force: true });
  }
}

function install(launcher: string): void {
  const platform = thisPlatform();
  const program = platform && installed(platform);
  if (!program || !platform.loader) return;
  const path = relative(dirname(launcher), program);
  const [first, ...rest] = readFileSync(launcher, 'utf8').split('\n');
  if (!PLAIN.test(path) || first !== '#!/usr/bin/env node') return;
  replace(launcher, shell(path, platform.loader) + rest.join('\n'));
}

try {
  install(join(dirname(__dirname), 'bin', 'segfn.js'));
} catch {
  // Such as a folder that can't be written: the launcher works as it is.
}
