'use strict';

/** An object whose members are made when they are first read. They can also be assigned. */
module.exports = function lazily(members) {
  const object = {};
  for (const [name, make] of Object.entries(members)) {
    const settle = (value) => {
      Object.defineProperty(object, name, { configurable: true, enumerable: true, writable: true, value });
      return value;
    };
    Object.defineProperty(object, name, {
      configurable: true,
      enumerable: true,
      get: () => settle(make()),
      set: settle,
    });
  }
  return object;
};
