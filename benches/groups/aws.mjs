// AWS: used, and untouched.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  both,
  compare,
  compareBoth,
  here,
  lines,
  ms,
  peak,
  report,
  reportFloor,
  run,
  segfn,
  told,
  work,
} from '../harness.mjs';
import { track } from '../made.mjs';

const archive = join(here, '..', 'functions', 'archive-to-s3');

/**
 * Runs a function that uses S3 by Node and by segfn, against one S3 server for both sides: segfn's own, over a
 * socket, in a process of its own. Its objects are in memory where the system has such a folder: the disk is
 * nobody's to measure here.
 */
async function againstS3(rounds, file, events, settings) {
  const objects = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : work, 'segfn-bench-'));
  const server = spawn(segfn, ['aws', '--json', '--port', '0', '--dir', objects], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const info = await new Promise((resolve) => {
    let text = '';
    server.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(JSON.parse(text.split('\n')[0]));
    });
  });
  const env = { PEER_KEY: info.accessKeyId, PEER_SECRET: info.secretAccessKey };
  const given = join(work, 'settings.json');
  writeFileSync(given, settings);
  const aws = info.url.replace('//', `//${info.accessKeyId}:${info.secretAccessKey}@`);
  const segfnRun = (...flags) =>
    both(segfn, ['run', file, events, '--settings', given, '--json', '--aws', aws, ...flags]);
  const times = compareBoth(rounds, {
    peer: () => both('node', [join(here, 'peer.cjs'), file, events, settings, '--aws', info.url], env),
    segfn: () => segfnRun(),
    two: () => segfnRun('--jobs', '2'),
  });
  server.kill();
  rmSync(objects, { recursive: true });
  return times;
}

export async function measureArchive() {
  const settings = readFileSync(join(archive, 'settings.json'), 'utf8');
  const times = await againstS3(3, join(archive, 'function.js'), lines(2_000, track), settings);
  const { peer, segfn: own, two } = times;
  report(
    "2,000 events to S3, processor's time of Node with aws-sdk to segfn's",
    peer.cpu / own.cpu,
    '≥2',
    `${ms(peer.cpu)} to ${ms(own.cpu)}, without the server`,
  );
  const alone = 2_000 * told('aws.cjs', '2000');
  reportFloor(
    "2,000 objects, processor's time of Node with aws-sdk to that of aws-sdk alone, without sockets",
    peer.cpu / alone,
    `${ms(peer.cpu)} to ${ms(alone)}`,
  );
  report(
    '2,000 events to S3, how much faster than Node with aws-sdk',
    peer.wall / own.wall,
    '≥2',
    `${ms(own.wall)} to ${ms(peer.wall)}`,
  );
  report(
    '2,000 events to S3, how much faster with two workers',
    own.wall / two.wall,
    '≥1.8',
    `${ms(two.wall)} to ${ms(own.wall)}`,
  );
}

export async function measureUpload() {
  const times = await againstS3(5, join(here, 'functions', 'upload.js'), lines(1, track), '{}');
  report(
    'an upload of 64 MiB to S3, to Node with aws-sdk',
    times.peer.wall / times.segfn.wall,
    '≥2',
    `${ms(times.segfn.wall)} to ${ms(times.peer.wall)}`,
  );
}

/** What `AWS` costs a function that mentions it and doesn't use it. */
export async function measureUntouched() {
  const one = lines(1, track);
  const [without, untouched] = ['without-aws.js', 'aws-untouched.js'].map((name) => join(here, 'functions', name));
  const times = compare(31, {
    without: () => run(segfn, ['run', without, one, '--json']),
    untouched: () => run(segfn, ['run', untouched, one, '--json']),
  });
  report(
    'AWS untouched: start, to a function without it',
    times.untouched / times.without,
    '≤1.05',
    `${ms(times.untouched)} to ${ms(times.without)}`,
  );
  const [less, more] = [
    await peak(segfn, ['run', without, one, '--json'], 15),
    await peak(segfn, ['run', untouched, one, '--json'], 15),
  ];
  report(
    'AWS untouched: peak memory, to a function without it',
    more / less,
    '≤1.05',
    `${more.toFixed(1)} MB to ${less.toFixed(1)} MB`,
  );
}
