'use strict';

// Writes node20.txt, by Node 20 itself:    node tests/it/language/write.cjs > tests/it/language/node20.txt

const vm = require('node:vm');
const { walk } = require('./walk.cjs');

if (!process.version.startsWith('v20.')) throw new Error(`this must be run by Node 20, and not by ${process.version}`);
// A context of V8 alone has the language, and nothing of Node.
const names = vm.runInNewContext('Object.getOwnPropertyNames(globalThis)').filter((name) => name !== 'console');
process.stdout.write(`${names.sort().join(' ')}\n${walk(names).join('\n')}\n`);
