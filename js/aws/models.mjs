// The models of all services in one file that src/host/aws/models.rs reads, so that a function
// pays only for those it uses.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';

/**
 * The contents of aws-models.bin, from the folder `apis` of npm aws-sdk: the length of the index
 * (32 bits, little endian), the index (JSON), and each file's raw deflate.
 */
export function modelArchive(apis) {
  const names = readdirSync(apis).filter((file) => /\.(min|paginators|waiters2)\.json$/.test(file)).sort();
  const index = {};
  const data = [];
  let offset = 0;
  for (const name of names) {
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

/** An esbuild plugin: what the package reads from its folder `apis` comes from the archive instead. */
export const models = {
  name: 'aws-models',
  setup(build) {
    build.onLoad({ filter: /aws-sdk[\\/]apis[\\/][^\\/]+\.(min|paginators|waiters2)\.json$/ }, ({ path }) => ({
      contents: `module.exports = JSON.parse(host.ops.op_aws_model(${JSON.stringify(path.match(/([^\\/]+)\.json$/)[1])}));`,
      loader: 'js',
    }));
  },
};
