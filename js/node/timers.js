'use strict';

// Node's timers module over the global timers, taken when this is loaded: a function may replace the global ones later.

const timerPromises = require('../internal/timer-promises.js');

const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } = globalThis;

let promises;

module.exports = {
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
  clearImmediate,
  get promises() {
    return (promises ??= timerPromises(module.exports));
  },
};
