'use strict';

// Being a stream costs more than hashing or encrypting a short text, and few use it: that part of
// an object is made at its first touch.

const { Transform } = require('node:stream');
const { hide } = require('./util.js');

const kReady = Symbol('ready');
const kBegun = Symbol('begun');

/** Gives `Class` the members of a Transform, which come to life when they are first used. */
function streamLazily(Class) {
  Object.setPrototypeOf(Class.prototype, Transform.prototype);
  Object.setPrototypeOf(Class, Transform);
  for (const name of [
    '_readableState',
    '_writableState',
    '_events',
    '_eventsCount',
    '_maxListeners',
    'allowHalfOpen',
  ]) {
    Object.defineProperty(Class.prototype, name, {
      configurable: true,
      get() {
        // Transform itself asks for some while it makes them, and of prototypes.
        if (this[kBegun] || !Object.hasOwn(this, kReady)) return undefined;
        hide(this, kBegun, true);
        Reflect.apply(Transform, this, [this._options]);
        return this[name];
      },
      set(value) {
        Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true });
      },
    });
  }
}

/** To be called by the constructor, with the options of the stream to be. */
function mayStream(self, options) {
  self._options = options;
  hide(self, kReady, true);
}

module.exports = { mayStream, streamLazily };
