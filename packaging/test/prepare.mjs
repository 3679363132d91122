// Makes of the built program (target/debug/segfn) what `make dist` makes, for the tests, which take it
// from .work/. Programs of other systems are texts: no test may run them.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dist } from '../dist.mjs';
import { platforms } from '../npm/build.mjs';
import { distribution, pagesProgram, program, thisPlatform, work } from './support.mjs';

rmSync(work, { recursive: true, force: true });
mkdirSync(work);
const stripped = join(work, basename(program));
try {
  execFileSync('strip', ['-o', stripped, program], { stdio: 'ignore' });
} catch {
  cpSync(program, stripped);
}
const other = join(work, 'other');
writeFileSync(other, 'a program for another system\n');
const programs = platforms.map((each) => [each.target, each === thisPlatform ? stripped : other]);
const pages = join(work, 'pages');
execFileSync(pagesProgram, [pages]);
await dist(distribution, thisPlatform.target, Object.fromEntries(programs), pages, 1);
