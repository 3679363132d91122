'use strict';

// Node's timers module over the global timers, taken when this is loaded: before a function can replace them.

const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;

class Immediate {
  constructor(callback, args) {
    this._timer = setTimeout(callback, 0, ...args);
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
  hasRef() {
    return true;
  }
}

function setImmediate(callback, ...args) {
  if (typeof callback !== 'function') throw require('../internal/errors.js').invalidArgType('callback', 'of type function', callback);
  return new Immediate(callback, args);
}

function clearImmediate(immediate) {
  if (immediate instanceof Immediate) clearTimeout(immediate._timer);
}

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
