'use strict';

// Stands for the modules of Node through which aws-sdk would look at the machine: `child_process`
// and `dgram` that start nothing.

module.exports = {
  exec(command, callback) {
    callback(new Error('functions have no processes'));
  },
  createSocket() {
    throw new Error('functions have no sockets');
  },
};
