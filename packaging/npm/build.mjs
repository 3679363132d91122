// Makes the npm packages: `node build.mjs OUT [TARGET=PROGRAM…]` puts into OUT segfn's tarball, and that of each
// platform whose program is given. The version is Cargo.toml's.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import { archive } from '../archive.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const docs = join(root, 'docs');
const SCHEMA = '.schema.json';

export const platforms = JSON.parse(readFileSync(join(here, 'src', 'platforms.json'), 'utf8'));
export const [, version] = /^version = "(.+)"$/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'));

/** What all of the packages say of themselves. */
const common = {
  version,
  license: 'Apache-2.0',
  // Where a workflow builds them, which is what npm's provenance compares.
  ...(process.env.GITHUB_REPOSITORY && {
    repository: { type: 'git', url: `git+https://github.com/${process.env.GITHUB_REPOSITORY}.git` },
  }),
};

/** The formats whose schemas are in docs/, by their files' names. */
const formats = () =>
  readdirSync(docs)
    .filter((file) => file.endsWith(SCHEMA))
    .map((file) => file.slice(0, -SCHEMA.length));

/** Those that programs read: the API's types are made of them. */
const READ = ['diff', 'outcome', 'test-report'];

/** Makes types of schemas: src/formats/. */
async function types() {
  const folder = join(here, 'src', 'formats');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const format of READ) {
    const schema = JSON.parse(readFileSync(join(docs, format + SCHEMA), 'utf8'));
    const bannerComment = `// Made of docs/${format}${SCHEMA}.`;
    const text = await compile(schema, schema.title, {
      additionalProperties: false,
      bannerComment,
      format: false,
      unknownAny: false,
    });
    writeFileSync(join(folder, `${format}.ts`), text);
  }
}

/** The file of a package among those in a folder. */
export const tarball = (folder, name) => join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);

/** Packs a folder as npm does. The same files give the same bytes. */
async function pack(folder, name, out, gzip) {
  const file = tarball(out, name);
  await archive({ cwd: folder, prefix: 'package', file }, readdirSync(folder).sort(), gzip);
  return file;
}

function write(folder, manifest) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, ...common }, null, 2) + '\n');
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

/** The package `segfn` in a folder of its own below `out`. */
async function stageMain(out) {
  await types();
  const folder = join(out, 'segfn');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '--project', here, '--outDir', join(folder, 'lib')], { stdio: 'inherit' });
  cpSync(join(here, 'launcher', 'segfn.js'), join(folder, 'bin', 'segfn.js'));
  for (const file of readdirSync(join(here, 'esm'))) cpSync(join(here, 'esm', file), join(folder, 'lib', file));
  cpSync(join(here, 'editor'), join(folder, 'editor'), { recursive: true });
  for (const format of formats()) cpSync(join(docs, format + SCHEMA), join(folder, 'schemas', format + SCHEMA));
  cpSync(join(here, 'PACKAGE.md'), join(folder, 'README.md'));
  write(folder, {
    name: 'segfn',
    description: 'Runs and tests Twilio Segment functions on your own machine, unchanged',
    keywords: ['segment', 'twilio', 'functions', 'testing', 'cdp'],
    bin: { segfn: 'bin/segfn.js' },
    scripts: { postinstall: 'node lib/install.js' },
    type: 'commonjs',
    main: './lib/index.js',
    types: './lib/index.d.ts',
    exports: {
      '.': {
        import: { types: './lib/index.d.mts', default: './lib/index.mjs' },
        require: { types: './lib/index.d.ts', default: './lib/index.js' },
      },
      './schemas/*': './schemas/*',
      './package.json': './package.json',
    },
    engines: { node: '>=20' },
    optionalDependencies: Object.fromEntries(platforms.map((each) => [each.package, version])),
  });
  return folder;
}

/** The package of a platform, with its program. */
function stagePlatform(out, platform, program) {
  const folder = join(out, platform.target);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const name = platform.os === 'win32' ? 'segfn.exe' : 'segfn';
  copyFileSync(program, join(folder, 'bin', name));
  chmodSync(join(folder, 'bin', name), 0o755);
  write(folder, {
    name: platform.package,
    description: `segfn for ${platform.os} ${platform.cpu}: install the package segfn, which takes this one`,
    os: [platform.os],
    cpu: [platform.cpu],
    ...(platform.libc && { libc: [platform.libc] }),
    // Yarn's Plug'n'Play leaves packages packed, and a program can't be run from there.
    preferUnplugged: true,
  });
  return folder;
}

/** The packages' tarballs: segfn's, and those of the programs, by target. `gzip` says how they are packed. */
export async function build(out, programs, gzip = 9) {
  rmSync(out, { recursive: true, force: true });
  const stage = join(out, 'stage');
  const files = { segfn: await pack(await stageMain(stage), 'segfn', out, gzip) };
  for (const [target, program] of Object.entries(programs)) {
    const platform = platforms.find((each) => each.target === target);
    if (!platform)
      throw new Error(
        `there is no package for ${target}: src/platforms.json has ${platforms.map((each) => each.target).join(', ')}`,
      );
    files[platform.package] = await pack(stagePlatform(stage, platform, program), platform.package, out, gzip);
  }
  rmSync(stage, { recursive: true });
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out, ...programs] = process.argv.slice(2);
  const files = await build(resolve(out), Object.fromEntries(programs.map((each) => each.split('='))));
  for (const file of Object.values(files)) console.log(file);
}
