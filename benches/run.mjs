// `make bench`: measures what segfn claims about speed and memory, most of it as a ratio to a peer within this run,
// because machines differ and are noisy. Prints the figures, keeps them in benches/results.json, and writes
// docs/performance.md of that. `node run.mjs start archive` runs only these groups; the others' figures stay. What
// `growth` has takes longer, and is run only if it is named.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { writePage } from '../scripts/performance.mjs';
import { measureArchive, measureUntouched, measureUpload } from './groups/aws.mjs';
import { measureDiff } from './groups/diff.mjs';
import { measureEvents, measureEventsGivenBack, measureMemory, measureWhere } from './groups/events.mjs';
import { measureGlobals } from './groups/globals.mjs';
import {
  measureGrowthOfCases,
  measureGrowthOfCassettes,
  measureGrowthOfEventSize,
  measureGrowthOfEvents,
  measureGrowthOfMasks,
  measureGrowthOfSecrets,
  measureGrowthOfSource,
} from './groups/growth.mjs';
import { measureScale } from './groups/scale.mjs';
import { measureReload, measureServe, measureServeMemory, measureTracked } from './groups/serve.mjs';
import { measureLauncher, measureStart } from './groups/start.mjs';
import {
  measureAwsCases,
  measureChanged,
  measureLarge,
  measureNearest,
  measureShared,
  measureTest,
} from './groups/suites.mjs';
import { bun, figuresOf, here, segfn } from './harness.mjs';

const measures = {
  start: measureStart,
  launcher: measureLauncher,
  events: measureEvents,
  'events-given-back': measureEventsGivenBack,
  where: measureWhere,
  memory: measureMemory,
  archive: measureArchive,
  upload: measureUpload,
  untouched: measureUntouched,
  test: measureTest,
  'aws-cases': measureAwsCases,
  large: measureLarge,
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

/** What takes longer. */
const growth = {
  'growth-events': measureGrowthOfEvents,
  'growth-cases': measureGrowthOfCases,
  'growth-cassettes': measureGrowthOfCassettes,
  'growth-secrets': measureGrowthOfSecrets,
  'growth-event-size': measureGrowthOfEventSize,
  'growth-source': measureGrowthOfSource,
  'growth-masks': measureGrowthOfMasks,
};

const RESULTS = join(here, 'results.json');
const said = (command, ...args) => spawnSync(command, args, { encoding: 'utf8' }).stdout.trim();
const packageOf = (name) => JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json'), 'utf8'));

const [own, v8] = said(segfn, '--version').split('\n');
const machine = {
  processor: `${cpus().length} × ${cpus()[0].model.replace(/\s+/g, ' ').trim()}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${type()} ${release().split('.').slice(0, 2).join('.')}`,
};
const versions = {
  segfn: own.replace('segfn ', ''),
  V8: v8.replace('V8 ', ''),
  Node: process.version.slice(1),
  Bun: said(bun, '--version'),
  Jest: packageOf('jest').version,
  'aws-sdk': packageOf('aws-sdk').version,
};

const kept = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : { groups: {} };
// Figures of another machine, or beside other peers, don't belong beside these.
const isSame = JSON.stringify([kept.machine, kept.versions]) === JSON.stringify([machine, versions]);
const results = { machine, versions, groups: isSame ? kept.groups : {} };

const all = { ...measures, ...growth };
const named = process.argv.slice(2).flatMap((name) => (name === 'growth' ? Object.keys(growth) : [name]));
const unknown = named.filter((name) => !(name in all));
if (unknown.length > 0) throw new Error(`there is no group ${unknown.join(', ')}: ${Object.keys(all).join(', ')}`);
const begun = performance.now();
for (const name of named.length > 0 ? named : Object.keys(measures)) {
  const group = await figuresOf(all[name]);
  results.groups[name] = { date: new Date().toISOString().slice(0, 10), ...group };
  console.log(`     ${name} took ${group.seconds} s`);
  // At once: a later group may fail.
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}
writePage();
console.log(`     all took ${Math.round((performance.now() - begun) / 1000)} s`);
