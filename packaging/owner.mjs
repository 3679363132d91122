// Who publishes segfn, and from where: owner.json is the one place for it. What is there before somebody has decided are
// placeholders.
//
//   node owner.mjs          writes what owner.json says into all places that name it
//   node owner.mjs check    fails while there are placeholders, or places that say something else
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The places, by file: what is before the name, and the name. */
const PLACES = {
  maintainer: { 'Cargo.toml': /^(maintainer = ")([^"]*)/gm },
  repository: {
    'docs/ci.md': /( uses: )(\S+)(?=@v\d+\.\d+\.\d+$)/gm,
    'docs/install.md': /(--repo |https:\/\/github\.com\/)([^\s/`]+\/[^\s/`]+)/g,
  },
};

/** What isn't a decision. */
const PLACEHOLDERS = { maintainer: /@localhost>/, repository: /^OWNER\// };
const FORMS = { maintainer: /^[^<>"]+ <[^<>@\s]+@[^<>@\s]+>$/, repository: /^[\w.-]+\/[\w.-]+$/ };

function* places(root, key) {
  for (const [file, pattern] of Object.entries(PLACES[key])) {
    const path = join(root, file);
    yield { file, path, pattern, text: readFileSync(path, 'utf8') };
  }
}

const read = (root) => JSON.parse(readFileSync(join(root, 'packaging', 'owner.json'), 'utf8'));

/** Writes the owner's names into all places. */
export function write(root = ROOT) {
  const owner = read(root);
  for (const key of Object.keys(PLACES)) {
    for (const { path, pattern, text } of places(root, key)) {
      writeFileSync(
        path,
        text.replace(pattern, (_, before) => before + owner[key]),
      );
    }
  }
}

/** What is in the way of a release, in sentences. */
export function problems(root = ROOT) {
  const owner = read(root);
  const found = [];
  for (const key of Object.keys(PLACES)) {
    if (PLACEHOLDERS[key].test(owner[key]))
      found.push(`the ${key} is still a placeholder, ${owner[key]}: set it in packaging/owner.json`);
    else if (!FORMS[key].test(owner[key])) found.push(`packaging/owner.json: ${owner[key]} can't be a ${key}`);
    for (const { file, pattern, text } of places(root, key)) {
      const names = [...text.matchAll(pattern)].map(([, , name]) => name);
      if (names.length === 0) found.push(`${file} names no ${key}: see packaging/owner.mjs`);
      for (const name of names)
        if (name !== owner[key]) found.push(`${file} says ${name} where packaging/owner.json says ${owner[key]}`);
    }
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === 'check') {
    const found = problems();
    for (const each of found) console.error(each);
    if (found.length > 0) console.error('then run: node packaging/owner.mjs');
    process.exitCode = found.length > 0 ? 1 : 0;
  } else write();
}
