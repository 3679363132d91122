import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notes } from '../notes.mjs';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Something that is not out yet.

## [1.2.0] - 2026-02-01

### Changed

- A thing.

## [1.1.0] - 2026-01-01

- Another.
`;

test("a release's notes are its part of the changelog", () => {
  assert.equal(notes(CHANGELOG, '1.2.0'), '### Changed\n\n- A thing.\n');
  assert.equal(notes(CHANGELOG, '1.1.0'), '- Another.\n');
});

test('a release without notes is refused', () => {
  assert.throws(() => notes(CHANGELOG, '1.3.0'), {
    message: 'CHANGELOG.md says nothing of 1.3.0: give it a heading "## [1.3.0] - DATE"',
  });
});
