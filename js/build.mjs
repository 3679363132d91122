// Bundles the JavaScript half of segfn into dist/, where build.rs takes it.
//
//   node/NAME.js       -> the bundle `node:NAME`, a Node built-in (node/a/b.js is `node:a/b`)
//   packages/NAME.js   -> the bundle `NAME`, an npm package at the platform's version
//   NAME.js            -> the bundle `segfn:NAME`, a part of segfn itself
//   panel/             -> dist/panel/, the page of `segfn serve` (panel/bundling.mjs)
//
// A bundle is the body of a function (require, module, exports, host). Node's built-ins stay
// outside of every bundle, so that all bundles share one Buffer, one stream, one http.

import { readFileSync, readdirSync, mkdirSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licenceArchive } from '../scripts/licenses.mjs';
import { mended } from './stream-fixes.mjs';
import { awsSdk, modelArchive } from './aws/bundling.mjs';
import { panel } from './panel/bundling.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');

/** The .js files under `folder`, as paths relative to it without the extension, in a fixed order. */
function sources(folder, recursive) {
  return readdirSync(join(root, folder), { recursive })
    .filter((path) => path.endsWith('.js'))
    .map((path) => path.slice(0, -'.js'.length))
    .sort();
}

const bundles = [
  ...sources('node', true).map((name) => ({ name: `node:${name}`, entry: `node/${name}.js` })),
  ...sources('packages', true).map((name) => ({ name, entry: `packages/${name}.js` })),
  ...sources('.', false).map((name) => ({ name: `segfn:${name}`, entry: `${name}.js` })),
].map((bundle) => ({ ...bundle, file: `${bundle.name.replace(/[^\w.-]/g, '_')}.js` }));

// The bundles that get `host`: js/core/bundles.js. What it holds must not be reached through a sloppy function's
// `arguments`, so these are strict.
const strict = new Set(bundles.filter(({ name }) => /^(node|segfn):/.test(name)).map(({ file }) => file));

const builtins = new Set(bundles.filter(({ name }) => name.startsWith('node:')).map(({ name }) => name.slice(5)));
const segfn = new Set(bundles.filter(({ name }) => name.startsWith('segfn:')).map(({ name }) => name));

// As in Node, `require('buffer')` is the built-in and `require('buffer/')` is the npm package of that name.
// A package that requires `buffer/` gets the built-in all the same. Only js/node/ builds on the npm package.
const external = {
  name: 'built-ins',
  setup(build) {
    const names = [...builtins].map((name) => name.replace('/', '\\/')).join('|');
    build.onResolve({ filter: new RegExp(`^(node:)?(${names})$`) }, ({ path }) => ({
      path: path.startsWith('node:') ? path : `node:${path}`,
      external: true,
      sideEffects: false,
    }));
    build.onResolve({ filter: new RegExp(`^(${names})/$`) }, ({ path, importer }) =>
      importer.includes('node_modules')
        ? { path: `node:${path.slice(0, -1)}`, external: true, sideEffects: false }
        : undefined,
    );
    build.onResolve({ filter: /^node:/ }, ({ path }) => ({ errors: [{ text: `the Node layer has no ${path}` }] }));
    build.onResolve({ filter: /^segfn:/ }, ({ path }) =>
      segfn.has(path)
        ? { path, external: true, sideEffects: false }
        : { errors: [{ text: `there is no js/${path.slice(6)}.js` }] },
    );
  },
};

// node-inspect-extracted has modules that guess what V8 knows: a promise's state, a proxy's target, true types.
// They have these numbers in the pinned version, and are replaced by ours.
const inspect = {
  name: 'inspect by V8',
  setup(build) {
    build.onLoad({ filter: /node-inspect-extracted\/dist\/inspect\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      for (const [number, ours] of [
        [763, 'inspect-binding'],
        [567, 'types'],
      ]) {
        if (!contents.includes(`=r(${number})`))
          throw new Error(`node-inspect-extracted has no module ${number}: was its version changed?`);
        contents = contents.replaceAll(
          `=r(${number})`,
          `=require(${JSON.stringify(join(root, 'internal', `${ours}.js`))})`,
        );
      }
      // An error stays one when its prototype is taken away.
      const isError = 'isError:function(t){return t instanceof Error}';
      if (!contents.includes(isError))
        throw new Error('node-inspect-extracted has no isError: was its version changed?');
      const types = JSON.stringify(join(root, 'internal/types.js'));
      contents = contents.replace(
        isError,
        `isError:function(t){return t instanceof Error||require(${types}).isNativeError(t)}`,
      );
      // Nested objects are not shown after this many characters. Node's limit is made for its heap, which is larger.
      if (!contents.includes('Math.pow(2,27)'))
        throw new Error('node-inspect-extracted has no budget: was its version changed?');
      return { contents: contents.replace('Math.pow(2,27)', 'Math.pow(2,22)') };
    });
  },
};

// moment requires a language by a function of another name, so that bundlers don't see it. The platform has all of them.
const languages = {
  name: "moment's languages",
  setup(build) {
    build.onLoad({ filter: /moment\/moment\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      if (!contents.includes("aliasedRequire('./locale/' + name)"))
        throw new Error('moment requires no locale: was its version changed?');
      return {
        contents: contents.replace("aliasedRequire('./locale/' + name)", "require('./locale/' + name + '.js')"),
      };
    });
  },
};

// Google's clients speak gRPC over HTTP/2, which segfn doesn't have. In their fallback mode the calls go over HTTP/1.1.
const grpc = {
  name: 'gRPC by its fallback',
  setup(build) {
    build.onLoad({ filter: /@google-cloud\/[^/]+\/build\/src\/.*_client\.js$/ }, ({ path }) => {
      const choice = 'this._gaxModule = opts.fallback ? gax.fallback : gax;';
      const contents = readFileSync(path, 'utf8');
      if (!contents.includes(choice)) throw new Error(`${path} chooses no fallback: was its version changed?`);
      return {
        contents: contents.replace(choice, 'opts.fallback = opts.fallback || true; this._gaxModule = gax.fallback;'),
      };
    });
    // The library reads this file while it is evaluated.
    build.onLoad({ filter: /@google-cloud\/datastore\/build\/src\/entity\.js$/ }, ({ path }) => {
      const read = "root.loadSync(path.join(__dirname, '..', 'protos', 'app_engine_key.proto'))";
      const contents = readFileSync(path, 'utf8');
      if (!contents.includes(read)) throw new Error('datastore reads no proto: was its version changed?');
      const proto = readFileSync(join(dirname(path), '../protos/app_engine_key.proto'), 'utf8');
      return { contents: contents.replace(read, `google_gax_1.protobuf.parse(${JSON.stringify(proto)}, root).root`) };
    });
  },
};

// snowflake-sdk moves files between the machine and a stage by the libraries of three clouds. A function has no files,
// so these megabytes would never be used.
const stages = {
  name: "snowflake's stages",
  setup(build) {
    build.onResolve(
      { filter: /^(@aws-sdk\/client-s3|@azure\/storage-blob|@google-cloud\/storage|@smithy\/node-http-handler)$/ },
      ({ importer }) =>
        importer.includes('node_modules/snowflake-sdk/') ? { path: join(root, 'internal/no-stages.js') } : undefined,
    );
  },
};

// npm's readable-stream is Node's own code, of a version before Node 20.20.
const streams = {
  name: "Node 20's streams",
  setup(build) {
    build.onLoad({ filter: /readable-stream\/lib\/internal\/streams\/(readable|writable)\.js$/ }, ({ path }) =>
      // Packages have older ones of their own.
      path.startsWith(join(root, 'node_modules/readable-stream/'))
        ? { contents: mended(basename(path), readFileSync(path, 'utf8')) }
        : undefined,
    );
  },
};

// akeyless-cloud-id only asks aws-sdk for credentials. The platform's `AWS` has the right ones.
const credentials = {
  name: "akeyless' credentials",
  setup(build) {
    build.onResolve({ filter: /^aws-sdk$/ }, ({ path, importer }) =>
      importer.includes('node_modules/akeyless-cloud-id/') ? { path, external: true, sideEffects: false } : undefined,
    );
  },
};

if (!existsSync(join(root, 'node_modules'))) throw new Error('js/node_modules is missing: run `npm ci` in js/ first');

const options = {
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  write: false,
  metafile: true,
  platform: 'neutral',
  mainFields: ['main'],
  format: 'cjs',
  target: 'es2022',
  // A bundle has one byte a character, so that V8 can read its text where it lies in the binary.
  charset: 'ascii',
  // Names stay, because people see them in stacks and in what console.log prints. (minifySyntax would drop
  // the names of function expressions, such as `constructor: function Config() {}`.)
  minifyWhitespace: true,
  legalComments: 'external',
  // Functions have `window` and its like. Packages must not see them, or they would take Node for a browser.
  define: {
    'process.env.NODE_ENV': '"production"',
    global: 'globalThis',
    // The global object of functions has no `process`.
    'global.process': 'process',
    'globalThis.process': 'process',
    __dirname: '"/"',
    __filename: '"/index.js"',
    ...Object.fromEntries(
      ['window', 'self', 'document', 'navigator', 'location', 'XMLHttpRequest'].map((name) => [name, 'undefined']),
    ),
  },
  inject: sources('inject', false).map((name) => join(root, 'inject', `${name}.js`)),
  alias: { 'abort-controller': './internal/abort-controller.js' },
  plugins: [awsSdk, external, inspect, languages, grpc, stages, streams, credentials],
  logLevel: 'warning',
  logOverride: { 'direct-eval': 'silent' },
};

/** Bundles what `choose` is true for. */
async function bundle(choose, more) {
  const entryPoints = bundles
    .filter(choose)
    .map(({ file, entry }) => ({ in: join(root, entry), out: file.slice(0, -'.js'.length) }));
  const result = await build({ ...options, ...more, entryPoints });
  if (result.warnings.length > 0) throw new Error('esbuild warned: see above');
  return result;
}

// esbuild renames functions and classes whose names would collide, and people see the names in logs and stacks.
// keepNames restores them by a call for every function that is made, also at run time. The busiest packages do
// without it: the two functions below restore their names in the text.
const BUSY = new Set(['aws-sdk', 'lodash', 'node-fetch']);
const busy = ({ name }) => BUSY.has(name) || /^(node|segfn):/.test(name);
const results = [await bundle(busy), await bundle((each) => !busy(each), { keepNames: true })];
const outputFiles = results.flatMap((result) => result.outputFiles);

/** The licences for `segfn licenses`, which go into the binary with the bundles. */
function licences() {
  const folders = new Set(
    results
      .flatMap(({ metafile }) => Object.keys(metafile.inputs))
      .map((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0])
      .filter(Boolean),
  );
  const notices = outputFiles
    .filter(({ path }) => path.endsWith('.LEGAL.txt'))
    .map(({ path, text }) => [relative(dist, path).replace('.js.LEGAL.txt', ''), text.trim()]);
  return licenceArchive(
    [...folders].sort().map((folder) => join(root, folder)),
    Object.fromEntries(notices),
  );
}

/** Restores the names of classes. Where a class mentions itself, esbuild writes `Name=class _Name`, or `Name2=…`. */
function renameClasses(text) {
  const names = new Set([...text.matchAll(/\b([A-Za-z$][\w$]*?)2?=class _\1\b/g)].map(([, name]) => name));
  return [...names].reduce(
    (text, name) => text.replace(new RegExp(`(?<![.\\w$'"])_${name}(?![\\w$'"])`, 'g'), name),
    text,
  );
}

/** Restores the names of function expressions that have a global's name and never mention themselves: `Set2`. */
function renameFunctions(text) {
  return text.replace(/(?<=[:=(,]function )([A-Z]\w*)2(?=\()/g, (renamed, name) =>
    name in globalThis && text.split(renamed).length === 2 ? name : renamed,
  );
}

/** Escapes what is not ASCII. esbuild leaves that in regular expressions, whatever the charset. */
function ascii(text) {
  return text.replace(/[^\x00-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
results.push(await panel(join(dist, 'panel')));
for (const { path, text } of outputFiles) {
  if (!path.endsWith('.js')) continue;
  const body = ascii(renameFunctions(renameClasses(text)));
  writeFileSync(path, strict.has(relative(dist, path)) ? `"use strict";${body}` : body);
}
writeFileSync(join(dist, 'aws-models.bin'), modelArchive(join(root, 'node_modules/aws-sdk/apis')));
writeFileSync(join(dist, 'licenses.bin'), licences());
writeFileSync(
  join(dist, 'bundles.json'),
  `${JSON.stringify(
    bundles.map(({ name, file }) => ({ name, file })),
    null,
    1,
  )}\n`,
);
