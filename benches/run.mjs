// `make bench`: measures what segfn claims about speed, each as a ratio to a peer within this run,
// because machines differ and are noisy. Prints a table; --json prints the figures.
// `node run.mjs start archive` runs only these.
import { measureArchive, measureUntouched, measureUpload } from './groups/aws.mjs';
import { measureDiff } from './groups/diff.mjs';
import { measureEvents, measureEventsCpu, measureMemory, measureWhere } from './groups/events.mjs';
import { measureGlobals } from './groups/globals.mjs';
import { measureScale } from './groups/scale.mjs';
import { measureLauncher, measureStart } from './groups/start.mjs';
import { measureReload, measureServe, measureServeMemory, measureTracked } from './groups/serve.mjs';
import { measureChanged, measureNearest, measureShared, measureTest, measureTestCpu } from './groups/suites.mjs';
import { results } from './harness.mjs';

const measures = {
  start: measureStart,
  launcher: measureLauncher,
  events: measureEvents,
  'events-cpu': measureEventsCpu,
  where: measureWhere,
  memory: measureMemory,
  archive: measureArchive,
  upload: measureUpload,
  untouched: measureUntouched,
  test: measureTest,
  'test-cpu': measureTestCpu,
  shared: measureShared,
  nearest: measureNearest,
  changed: measureChanged,
  diff: measureDiff,
  scale: measureScale,
  globals: measureGlobals,
  serve: measureServe,
  tracked: measureTracked,
  'serve-memory': measureServeMemory,
  reload: measureReload,
};
const chosen = process.argv.slice(2).filter((name) => name in measures);
for (const name of chosen.length > 0 ? chosen : Object.keys(measures)) await measures[name]();
if (process.argv.includes('--json')) console.log(JSON.stringify(results));
