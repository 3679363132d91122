// `make dist`: what is published, for one system, from one program and one version number.
//
//   node dist.mjs OUT TARGET PROGRAM PAGES GZIP
//
// TARGET is Rust's name of the system, PAGES is what examples/pages.rs wrote, and GZIP is examples/gzip.rs. In OUT come
//   npm/*.tgz                        the packages for npm: segfn, and the one of TARGET
//   segfn-VERSION-TARGET.tar.gz      the program with its pages, completions, licences and bill of materials
//   segfn-VERSION-TARGET.cdx.json    that bill alone
//   segfn_VERSION_ARCH.deb           the same for Debian and Ubuntu, on Linux
//   install.sh                       which fetches such an archive and checks it
//   SHA256SUMS                       of all that is in OUT, for install.sh
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { archive } from './archive.mjs';
import { build, platforms, tarball, version } from './npm/build.mjs';
import { sbom } from './sbom.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..');
/** How large the package for Linux may be, in MB: it is fetched by each job in CI. */
const MOST = { packed: 45, unpacked: 110 };

/** Makes all of it. `programs` are those of the npm packages by target, `gzip` says how archives are packed. */
export async function dist(out, target, programs, pages, gzip) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await build(join(out, 'npm'), programs, gzip);
  const name = `segfn-${version}-${target}`;
  const folder = stage(join(out, name), programs[target], pages);
  copyFileSync(join(folder, 'segfn.cdx.json'), join(out, `${name}.cdx.json`));
  const file = join(out, `${name}.tar.gz`);
  await archive({ cwd: out, file }, [name], gzip);
  if (target.endsWith('-linux-gnu')) debianPackage(out, folder, gzip === 1);
  rmSync(folder, { recursive: true });
  copyFileSync(join(here, 'install.sh'), join(out, 'install.sh'));
  writeSums(out);
}

/** The folder that the archive holds. */
function stage(folder, program, pages) {
  cpSync(pages, folder, { recursive: true });
  const binary = join(folder, `segfn${extname(program) === '.exe' ? '.exe' : ''}`);
  copyFileSync(program, binary);
  chmodSync(binary, 0o755);
  for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md']) copyFileSync(join(root, file), join(folder, file));
  const licenses = execFileSync(program, ['licenses'], { maxBuffer: 1 << 26 });
  writeFileSync(join(folder, 'LICENSES.txt'), licenses);
  writeFileSync(join(folder, 'segfn.cdx.json'), sbom(program, version));
  return folder;
}

/** The package for Debian, by cargo-deb: Cargo.toml says what is in it. */
function debianPackage(out, folder, fast) {
  // What would be in target/release.
  const target = join(out, 'target');
  mkdirSync(join(target, 'release'), { recursive: true });
  cpSync(folder, join(target, 'release', 'pages'), { recursive: true });
  renameSync(join(target, 'release', 'pages', 'segfn'), join(target, 'release', 'segfn'));
  const tools = [join(root, 'target', 'tools', 'bin'), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: tools, CARGO_TARGET_DIR: target };
  const speed = fast ? ['--fast'] : [];
  execFileSync('cargo-deb', ['deb', '--quiet', '--no-build', '--no-strip', ...speed, '--output', out], {
    cwd: root,
    env,
  });
  rmSync(target, { recursive: true });
}

/** The newest glibc that a program for Linux asks for: 28 is 2.28. */
export function newestGlibc(program) {
  const versions = readFileSync(program, 'latin1').matchAll(/\0GLIBC_2\.(\d+)(?=[\0.])/g);
  return Math.max(...Array.from(versions, ([, minor]) => Number(minor)));
}

/** Writes the checksums of the files in a folder, as `sha256sum` does. The release calls it for those of all systems. */
export function writeSums(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
  const sums = names
    .filter((name) => name !== 'SHA256SUMS')
    .sort()
    .map(
      (name) =>
        `${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}  ${name}\n`,
    );
  writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out, ...rest] = process.argv.slice(2);
  if (rest.length === 0) writeSums(out);
  else {
    const [target, program, pages, gzip] = rest;
    const isLinux = target.endsWith('-linux-gnu');
    const glibc = isLinux ? newestGlibc(program) : 0;
    if (glibc > 28)
      throw new Error(`${program} needs glibc 2.${glibc}, and packages are for 2.28: see packaging/linker`);
    await dist(out, target, { [target]: program }, pages, gzip);
    const { package: name } = platforms.find((each) => each.target === target);
    const [unpacked, packed] = [program, tarball(join(out, 'npm'), name)].map((file) => statSync(file).size / 1e6);
    console.log(`${name}: ${packed.toFixed(1)} MB packed, ${unpacked.toFixed(1)} MB unpacked`);
    if (isLinux && (packed > MOST.packed || unpacked > MOST.unpacked))
      throw new Error(`that is more than ${MOST.packed} MB, or more than ${MOST.unpacked} MB unpacked`);
  }
}
