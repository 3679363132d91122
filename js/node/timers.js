'use strict';

// Node's timers module over the global timers, taken when this is loaded: before a function can replace them.

const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } = globalThis;

module.exports = {
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
  clearImmediate,
  get promises() {
    return require('node:timers/promises');
  },
};
