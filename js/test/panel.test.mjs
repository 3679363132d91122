import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/panel/', import.meta.url);
const files = readdirSync(dist);
const size = (name) => gzipSync(readFileSync(new URL(name, dist))).length;

test('the panel is at most 400 KB, compressed', () => {
  assert.ok(files.length >= 4);
  const all = files.reduce((sum, name) => sum + size(name), 0);
  assert.ok(all <= 400_000, `${all} bytes`);
});

test('what the panel needs for its first view has at most 80 KB, compressed: the editor comes later', () => {
  const first = files.filter((name) => !/^editor-/.test(name)).reduce((sum, name) => sum + size(name), 0);
  assert.ok(first <= 80_000, `${first} bytes`);
});

test('the page has no script, style or address of another place in it', () => {
  const html = readFileSync(new URL('index.html', dist), 'utf8');
  const named = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, name]) => name);
  for (const name of named) assert.ok(files.includes(name.replace('/panel/', '')), name);
  assert.ok(named.length >= 3);
  assert.doesNotMatch(html, /<style|<script[^>]*>[^<]|style=|https?:/);
});
