'use strict';

/** What listens, by `name`: it is there for the packages that extend it, and can't be used. */
function noServer(name) {
  const refuse = function () {
    throw new Error(`functions can't listen for connections: ${name} can't be used`);
  };
  Object.defineProperty(refuse, 'name', { value: name });
  return refuse;
}

module.exports = { noServer };
