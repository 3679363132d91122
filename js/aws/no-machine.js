'use strict';

// Stands for the modules of Node through which aws-sdk would look at the machine, and which a
// function has none of: `fs` without any file, `child_process` and `dgram` that start nothing, and
// `domain` with no domain active.

function noFile(call, path) {
  const error = new Error(`ENOENT: no such file or directory, ${call} '${path}'`);
  return Object.assign(error, { errno: -2, code: 'ENOENT', syscall: call, path });
}

module.exports = {
  readFileSync(path) {
    throw noFile('open', path);
  },
  lstatSync(path) {
    throw noFile('lstat', path);
  },
  exec(command, callback) {
    callback(new Error('functions have no processes'));
  },
  createSocket() {
    throw new Error('functions have no sockets');
  },
  Domain: class Domain {},
  active: null,
};
