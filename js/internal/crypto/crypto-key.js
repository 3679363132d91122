'use strict';

// CryptoKey, the form of keys in Web Crypto. node:crypto takes it wherever it takes a KeyObject.

const { inspect } = require('segfn:inspect');
const { nodeError } = require('../node-error.js');

// What the next key that is made holds: nobody else can make one.
let next;
let slotsOf;

class CryptoKey {
  #slots;

  constructor() {
    if (next === undefined) throw nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
    this.#slots = next;
    next = undefined;
  }

  static {
    slotsOf = (value) => (value !== null && typeof value === 'object' && #slots in value ? value.#slots : undefined);
  }

  get type() {
    return own(this).object.type;
  }

  get extractable() {
    return own(this).extractable;
  }

  get algorithm() {
    return own(this).algorithm;
  }

  get usages() {
    return own(this).usages;
  }

  [inspect.custom](depth, options) {
    if (depth < 0) return this;
    const { type, extractable, algorithm, usages } = this;
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `CryptoKey ${inspect({ type, extractable, algorithm, usages }, inner)}`;
  }
}

for (const name of ['type', 'extractable', 'algorithm', 'usages']) {
  Object.defineProperty(CryptoKey.prototype, name, { enumerable: true });
}
Object.defineProperty(CryptoKey.prototype, Symbol.toStringTag, { value: 'CryptoKey', configurable: true });
// util.types recognises keys by this.
Object.defineProperty(CryptoKey.prototype, Symbol.for('segfn.CryptoKey'), { value: true });

// In Node, keys are of a class of their own, whose constructor can't be found.
class InternalCryptoKey extends CryptoKey {}
InternalCryptoKey.prototype.constructor = CryptoKey;

function own(key) {
  const slots = slotsOf(key);
  if (slots === undefined) {
    throw nodeError(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type CryptoKey');
  }
  return slots;
}

/** A CryptoKey of a KeyObject. */
function makeCryptoKey(object, algorithm, usages, extractable) {
  next = { __proto__: null, object, algorithm, usages, extractable };
  return new InternalCryptoKey();
}

module.exports = {
  CryptoKey,
  makeCryptoKey,
  /** What a CryptoKey holds: `object`, `algorithm`, `usages`, `extractable`; undefined for anything else. */
  slotsOf: (value) => slotsOf(value),
};
