import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extract } from 'tar';
import { platforms, tarball as tarballIn } from '../npm/build.mjs';

export const here = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = join(here, '..');
export const work = join(here, '.work');
export const distribution = join(work, 'dist');
export const packages = join(distribution, 'npm');
/** Where cargo has built the program and examples/pages.rs. */
const built = resolve(process.env.SEGFN_BUILT ?? join(root, 'target', 'debug'));
const exe = process.platform === 'win32' ? '.exe' : '';
export const program = join(built, `segfn${exe}`);
export const pagesProgram = join(built, 'examples', `pages${exe}`);
export const gzipProgram = join(built, 'examples', `gzip${exe}`);
export const thisPlatform = platforms.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
export const tarball = (name) => tarballIn(packages, name);

/** Runs a command to its end. */
export async function run(command, args, { cwd, env = {}, input = '' } = {}) {
  const child = spawn(command, args, { cwd, env: { ...environment(), ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => (stdout += data));
  child.stderr.on('data', (data) => (stderr += data));
  // It may end without reading.
  child.stdin.on('error', () => {}).end(input);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('close', (...how) => resolve(how));
    child.on('error', reject);
  });
  return { code, signal, stdout, stderr };
}

/** The environment without what the runner of these tests, or a developer, has put into it. */
export function environment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_|SEGFN_|CI$|GITHUB_|YARN_|INIT_CWD)/i.test(name),
  );
  return Object.fromEntries(kept);
}

const folders = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** An empty folder, in which nothing above is a package, until the tests of this file end. */
export function emptyFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'segfn-npm-'));
  folders.push(folder);
  return folder;
}

/** A folder with the example functions, in which `segfn` is installed as from its tarballs. */
export async function folderWithSegfn(names = ['segfn', thisPlatform.package]) {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  cpSync(join(root, 'functions'), join(folder, 'functions'), { recursive: true });
  for (const name of names) {
    const to = join(folder, 'node_modules', name);
    mkdirSync(to, { recursive: true });
    await extract({ file: tarball(name), cwd: to, strip: 1 });
  }
  return folder;
}

/** Makes the packages of these tests, such as test runners, those of a folder, too. */
export function linkPackages(folder) {
  for (const name of readdirSync(join(here, 'node_modules'))) {
    if (name === 'segfn' || name === '@segfn') continue;
    symlinkSync(join(here, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  }
}

/** What Markdown of segfn shows: in it, signs that could be markup are entities. */
export const plain = (markdown) => markdown.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
