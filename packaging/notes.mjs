// Prints the notes of a release: `node notes.mjs VERSION` is what CHANGELOG.md says of that version.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHANGELOG = join(dirname(fileURLToPath(import.meta.url)), '..', 'CHANGELOG.md');

/** The part of a changelog that is about a version. */
export function notes(changelog, version) {
  const [, ...parts] = changelog.split(/^## /m);
  const part = parts.find((each) => each.startsWith(`[${version}]`));
  const text = part?.slice(part.indexOf('\n')).trim();
  if (!text) throw new Error(`CHANGELOG.md says nothing of ${version}: give it a heading "## [${version}] - DATE"`);
  return text + '\n';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(notes(readFileSync(CHANGELOG, 'utf8'), process.argv[2]));
}
