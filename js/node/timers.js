'use strict';

// Node's timers module. It takes the global timers when it is loaded, because a function may replace them later.

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
