import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { create } from 'tar';

/**
 * Makes a .tar.gz. The same files give the same bytes. `gzip` is a level of zlib's, or the program of examples/gzip.rs, whose
 * archives are 3 % smaller.
 */
export async function archive(options, files, gzip) {
  const common = { portable: true, mtime: new Date(0), ...options };
  if (typeof gzip === 'number') return create({ ...common, gzip: { level: gzip } }, files);
  const tar = `${options.file}.tar`;
  await create({ ...common, file: tar }, files);
  execFileSync(gzip, [tar, options.file]);
  rmSync(tar);
}
