import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));

test('the table of globals names the versions that are bundled', () => {
  const { dependencies } = read('package.json');
  const { packages: locked } = read('package-lock.json');
  for (const { name, packages = {}, from } of read('globals.json')) {
    assert.ok(from || Object.keys(packages).length > 0, name);
    for (const [library, version] of Object.entries(packages)) {
      assert.equal(dependencies[library], version, library);
      assert.equal(locked[`node_modules/${library}`].version, version, library);
    }
  }
});
