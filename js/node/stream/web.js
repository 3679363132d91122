'use strict';

module.exports = Object.fromEntries(
  ['ReadableStream', 'WritableStream', 'TransformStream', 'ByteLengthQueuingStrategy', 'CountQueuingStrategy'].map(
    (name) => [name, globalThis[name]],
  ),
);
