'use strict';

/**
 * A stand-in for the Node module `name`, which functions can't have because they have no `what`. It can be required;
 * using one of its members throws an error that says so, except for those that are in `own`.
 */
module.exports = function absent(name, what, own) {
  const refuse = (member) => {
    const error = new Error(`functions have no ${what}: ${name}${member} is not there`);
    error.code = 'ERR_NOT_SUPPORTED_IN_FUNCTIONS';
    return error;
  };
  const target = function () {};
  const member = (key) =>
    new Proxy(function () {}, {
      apply() {
        throw refuse(`.${key}`);
      },
      construct() {
        throw refuse(`.${key}`);
      },
      // While a package is loaded it may extend such a class, promisify such a function, or read a constant of it.
      get(fn, property) {
        if (typeof property === 'symbol' || property === 'prototype' || property in fn) return fn[property];
        return member(`${key}.${property}`);
      },
    });
  const members = new Map();
  const all = new Proxy(target, {
    apply() {
      throw refuse('');
    },
    get(_, key) {
      if (typeof key === 'symbol' || key === '__esModule' || key === 'default' || key === 'then') return undefined;
      if (!members.has(key)) members.set(key, member(key));
      return members.get(key);
    },
    has: () => true,
  });
  if (own === undefined) return all;
  return new Proxy(own, { get: (_, key) => (key in own ? own[key] : all[key]) });
};
