'use strict';

// Stands in for the modules of Node through which aws-sdk would look at the machine: a `child_process`
// that starts nothing, and a `dgram` without sockets.

module.exports = {
  exec(command, callback) {
    callback(new Error('functions have no processes'));
  },
  createSocket() {
    throw new Error('functions have no sockets');
  },
};
