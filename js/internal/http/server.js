'use strict';

/** A stand-in for `name`, which would listen for connections. Packages can extend it, but nobody can use it. */
function noServer(name) {
  const refuse = function () {
    throw new Error(`functions can't listen for connections: ${name} can't be used`);
  };
  Object.defineProperty(refuse, 'name', { value: name });
  return refuse;
}

module.exports = { noServer };
