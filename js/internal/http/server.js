'use strict';

/** What stands where Node has a part of its server. */
function noServer(name) {
  const named = {
    [name]() {
      throw new Error(`functions can't listen for connections: ${name} can't be used`);
    },
  };
  return named[name];
}

module.exports = { noServer };
