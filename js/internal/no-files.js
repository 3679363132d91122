'use strict';

// A file system without any file. A package that looks for one of its files finds nothing, as on the
// platform's machines. Anything else throws an error which says that functions have no files.

const absent = require('./absent.js');
const process = require('node:process');

/** Node's ENOENT. It has no stack: aws-sdk looks for its shared configuration at each request and catches this error. */
function noFile(call, path) {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new Error(`ENOENT: no such file or directory, ${call} '${path}'`);
  Error.stackTraceLimit = limit;
  return Object.assign(error, { errno: -2, code: 'ENOENT', syscall: call, path });
}

/** The system call that each of Node's functions names in its errors. */
const calls = { readFile: 'open', open: 'open', stat: 'stat', lstat: 'lstat', readdir: 'scandir', access: 'access' };

const fs = {
  existsSync: () => false,
  exists: (path, callback) => process.nextTick(callback, false),
};
const promises = {};
for (const [name, call] of Object.entries(calls)) {
  fs[`${name}Sync`] = (path) => {
    throw noFile(call, path);
  };
  fs[name] = (path, ...rest) => process.nextTick(rest.at(-1), noFile(call, path));
  promises[name] = async (path) => {
    throw noFile(call, path);
  };
}
fs.promises = absent('fs/promises', 'files', promises);

module.exports = absent('fs', 'files', fs);
