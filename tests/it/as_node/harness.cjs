// Runs a function file by Node as segfn would, with the ports of server.cjs, and prints what it gives:
//     node harness.cjs FUNCTION.js
'use strict';
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const packages = createRequire(join(process.cwd(), 'package.json'));
const { ports, close } = require(join(__dirname, 'server.cjs'));
if (process.argv[2] === undefined) {
  // Only the servers, until the input ends.
  ports.then((open) => process.stdout.write(`${JSON.stringify(open)}\n`));
  process.stdin.resume().on('end', () => process.exit(0));
} else {
  globalThis.https = require('node:https');
  Object.defineProperty(globalThis, 'crypto', { value: require('node:crypto'), configurable: true });
  globalThis.zlib = { zlib: require('node:zlib') };
  globalThis.fetch = packages('node-fetch');
  globalThis.AWS = packages('aws-sdk');
  const source = readFileSync(process.argv[2], 'utf8');
  const onTrack = new Function(`${source}\nreturn onTrack;`)();
  ports
    .then((open) => onTrack({ properties: open }))
    .then((value) => {
      process.stdout.write(JSON.stringify(value));
      close();
      process.exit(0);
    });
}
