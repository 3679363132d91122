// What build.mjs does for the package aws-sdk. Its models go to a file of their own. Where it would look at the machine
// it finds nothing, because a function has no machine.

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const MODEL = /\.(min|paginators|waiters2)\.json$/;

/**
 * The contents of aws-models.bin, which src/host/aws/models.rs reads, from the folder `apis` of
 * npm aws-sdk: the length of the index (32 bits, little endian), the index (JSON: a name to start
 * and length), and each file's raw deflate.
 */
export function modelArchive(apis) {
  const index = {};
  const data = [];
  let offset = 0;
  for (const name of readdirSync(apis)
    .filter((file) => MODEL.test(file))
    .sort()) {
    const deflated = deflateRawSync(readFileSync(join(apis, name)), { level: 9 });
    index[name.slice(0, -'.json'.length)] = [offset, deflated.length];
    data.push(deflated);
    offset += deflated.length;
  }
  const head = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...data]);
}

/** An esbuild plugin. */
export const awsSdk = {
  name: 'aws-sdk',
  setup(build) {
    build.onLoad({ filter: /aws-sdk[\\/]apis[\\/][^\\/]+\.json$/ }, ({ path }) => {
      if (!MODEL.test(path)) return undefined;
      const name = path.match(/([^\\/]+)\.json$/)[1];
      return {
        contents: `module.exports = JSON.parse(require('segfn:aws-models')(${JSON.stringify(name)}));`,
        loader: 'js',
      };
    });
    // The package reads this for every service, from the environment and files, to learn whether metrics go to a local port.
    build.onLoad({ filter: /aws-sdk[\\/]lib[\\/]publisher[\\/]configuration\.js$/ }, () => ({
      contents: 'module.exports = () => ({ port: undefined, clientId: undefined, enabled: false, host: undefined });',
      loader: 'js',
    }));
    // The package is in a bundle of its own: it is sloppy code, and the bundles that have ops are strict.
    build.onResolve({ filter: /^aws-sdk$/ }, ({ path, resolveDir }) =>
      resolveDir === here ? { path, external: true } : undefined,
    );
    build.onResolve({ filter: /^(child_process|dgram)$/ }, ({ importer }) =>
      /aws-sdk[\\/]lib/.test(importer) ? { path: join(here, 'no-machine.js') } : undefined,
    );
  },
};
