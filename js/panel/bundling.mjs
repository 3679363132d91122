// What build.mjs does for the page of `segfn serve`: the files of dist/panel, with which it answers. Alone, `node
// panel/bundling.mjs`, it only does that.

import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

/** Bundles the page into `folder`, and gives esbuild's result. */
export async function panel(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ['index.html', 'icon.svg']) copyFileSync(join(here, file), join(folder, file));
  const result = await build({
    absWorkingDir: dirname(here),
    entryPoints: [
      { in: join(here, 'main.jsx'), out: 'panel' },
      { in: join(here, 'styles/panel.css'), out: 'panel' },
    ],
    outdir: folder,
    bundle: true,
    minify: true,
    metafile: true,
    format: 'esm',
    // The editor, which is most of the code, is loaded when it is needed (run/editor-place.jsx).
    splitting: true,
    chunkNames: '[name]-[hash]',
    target: ['chrome109', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
  if (result.warnings.length > 0) throw new Error('esbuild warned: see above');
  return result;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await panel(join(here, '../dist/panel'));
