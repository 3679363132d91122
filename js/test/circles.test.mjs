import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The file of the bundle `name`, as build.mjs has it; undefined for a package from npm. */
function fileOf(name) {
  const file = name.startsWith('segfn:')
    ? `${name.slice('segfn:'.length)}.js`
    : `node/${name.replace(/^node:/, '')}.js`;
  return existsSync(join(root, file)) ? file : undefined;
}

/** The files that each file imports or requires, wherever in it that happens. */
async function imports() {
  const files = readdirSync(root, { recursive: true }).filter((file) =>
    /^(?!node_modules|dist|test).*\.jsx?$/.test(file),
  );
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files,
    // The globals that build.mjs replaces by imports.
    inject: files.filter((file) => file.startsWith('inject/')),
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'dist',
    platform: 'neutral',
    jsx: 'automatic',
    plugins: [
      {
        name: 'bundles',
        setup(build) {
          build.onResolve({ filter: /^[^.]/ }, ({ kind, path }) =>
            kind === 'entry-point' || path.startsWith(root) ? undefined : { path, external: true },
          );
        },
      },
    ],
  });
  const target = ({ path, external }) => (external ? fileOf(path) : path);
  return new Map(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [file, imports.map(target).filter(Boolean)]),
  );
}

/** The shortest way from `file` back to itself, or undefined. */
function circle(graph, file) {
  const ways = [[file]];
  const seen = new Set();
  for (const way of ways) {
    for (const next of graph.get(way.at(-1)) ?? []) {
      if (next === file) return [...way, next];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

test('no two files need each other', async () => {
  const graph = await imports();
  assert.ok(graph.get('node/util.js').includes('inspect.js') && graph.get('core.js').includes('core/globals.js'));
  assert.ok(graph.get('panel/main.jsx').includes('panel/state.js'));
  for (const file of graph.keys()) {
    const way = circle(graph, file);
    assert.equal(way, undefined, `js/${way?.[0]} and js/${way?.[1]} need each other: ${way?.join(' -> ')}`);
  }
});
