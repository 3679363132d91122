// What each global costs that a function touches.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lines, median, report, run, segfn, work } from '../harness.mjs';
import { track } from '../made.mjs';

/** How long each global's first touch takes, by the function's own clock. js/globals.json has it as `cost`. */
export function measureGlobals() {
  const one = lines(1, track);
  const file = join(work, 'touch.js');
  const logged = (code) => {
    writeFileSync(file, `function onTrack(event) { ${code} return event; }`);
    run(segfn, ['run', file, one, '--json', '--kind', 'insert-source']);
    return JSON.parse(readFileSync(join(work, 'out'), 'utf8')).logs.map((log) => log.text);
  };
  const time = (touched) =>
    median(
      Array.from({ length: 3 }, () =>
        // The clock and the console are made before.
        Number(
          logged(
            `console.log(performance.now()); const start = performance.now(); ${touched}; console.log(performance.now() - start);`,
          )[1],
        ),
      ),
    );
  const listed = JSON.parse(spawnSync(segfn, ['globals', '--json'], { encoding: 'utf8' }).stdout);
  for (const { name, packages = {}, from } of listed) {
    if (Object.keys(packages).length === 0 && from !== 'Node 20') continue;
    // A namespace makes each of its libraries when that is touched.
    const namespace = name === 'google' ? 'google.cloud' : name;
    const parts =
      Object.keys(packages).length > 1
        ? logged(`for (const part of Object.keys(${namespace})) console.log(part);`).map(
            (part) => `${namespace}.${part}`,
          )
        : [name];
    for (const part of parts) report(`first touch of ${part}, in ms`, time(part), '≤100', '');
  }
}
