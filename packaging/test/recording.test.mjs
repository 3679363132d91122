// The picture in the README is what the program does.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { picture, record } from '../../scripts/recording.mjs';
import { program, root } from './support.mjs';

/** Without what differs from run to run. */
const timeless = (svg) => svg.replace(/[\d.]+ m?s\b/g, 'TIME');

test('the recording shows what segfn shows now: `make recording` makes it again', () => {
  const committed = readFileSync(join(root, 'docs', 'images', 'first-minute.svg'), 'utf8');
  assert.equal(timeless(picture(record(program))), timeless(committed));
});
