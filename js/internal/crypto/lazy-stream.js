'use strict';

// Making a stream costs more than hashing or encrypting a short text, and few functions use the stream. So an
// object becomes a stream when a member of the stream is first used.

const { Transform } = require('node:stream');
const { hide } = require('./util.js');

const kReady = Symbol('ready');
const kBegun = Symbol('begun');

/** Gives `Class` the members of a Transform, which is made when one of them is first used. */
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
        // Transform itself reads some while it makes them, and others are read of prototypes.
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

/** The constructor calls this with the options of the stream. */
function mayStream(self, options) {
  self._options = options;
  hide(self, kReady, true);
}

module.exports = { mayStream, streamLazily };
