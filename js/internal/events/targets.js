'use strict';

// What Node's events knows of EventTargets. deno_web keeps a target's listeners under a symbol without a name.

const most = new WeakMap();

/** The listeners for `type`. */
function listeners(target, type) {
  for (const symbol of Object.getOwnPropertySymbols(target)) {
    const list = symbol.description === undefined ? target[symbol]?.listeners?.[type] : undefined;
    if (Array.isArray(list)) return list.map(({ callback }) => callback);
  }
  return [];
}

module.exports = {
  listeners,
  maxListeners: (target) => most.get(target),
  setMaxListeners(target, count) {
    most.set(target, count);
  },
};
