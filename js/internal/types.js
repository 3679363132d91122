'use strict';

// util.types, by V8's own checks. Symbol.toStringTag or a changed prototype can't fool them.

const { core } = host;

const ArrayBufferIsView = ArrayBuffer.isView;
const tag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
const typed = (name) =>
  Object.defineProperty((value) => Reflect.apply(tag, value, []) === name, 'name', { value: `is${name}` });

const types = {
  isExternal: () => false,
  isCryptoKey: (value) => value !== null && typeof value === 'object' && value[Symbol.for('segfn.CryptoKey')] === true,
  // The class of keys is in the bundle of node:crypto, so keys are recognised by a mark.
  isKeyObject: (value) => value !== null && typeof value === 'object' && value[Symbol.for('segfn.KeyObject')] === true,
  isArrayBufferView: (value) => ArrayBufferIsView(value),
  isWeakRef: (value) => value instanceof WeakRef,
};
// `core` has the checks of values that js/core/host.js picks, and no prototype.
for (const name in core) {
  if (name[0] === 'i' && name[1] === 's') types[name] = core[name];
}
for (const { name } of [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
]) {
  types[`is${name}`] = typed(name);
}

module.exports = types;
