#!/usr/bin/env node
// `segfn` of the npm package: the program for this system takes this process's place.
'use strict';
const { binary } = require('../lib/binary.js');

let program;
try {
  program = binary();
} catch (error) {
  process.stderr.write(`error: ${error.message}\nhint: ${error.hint}\n`);
  process.exit(5);
}
const args = process.argv.slice(2);
// Node 22.15 and later, not on Windows.
if (process.execve && process.platform !== 'win32') process.execve(program, [program, ...args], process.env);
require('../lib/child.js').become(program, args);
