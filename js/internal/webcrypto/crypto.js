'use strict';

// The object `crypto` of the web, which is `webcrypto` in node:crypto.

const node = require('./node.js');
const { checkCount } = require('./dictionaries.js');
const { subtle } = require('./subtle.js');

class Crypto {
  constructor() {
    throw node.nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
  }

  get subtle() {
    check(this);
    return subtle;
  }

  getRandomValues(array) {
    check(this);
    checkCount(arguments.length, 1, 'getRandomValues', 'Crypto');
    return node.getRandomValues(array);
  }

  randomUUID() {
    check(this);
    return node.randomUUID();
  }
}

const webcrypto = Object.create(Crypto.prototype);

function check(self) {
  if (self !== webcrypto) {
    throw node.nodeError(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type Crypto');
  }
}

for (const name of ['subtle', 'getRandomValues', 'randomUUID']) {
  Object.defineProperty(Crypto.prototype, name, { enumerable: true });
}
Object.defineProperty(Crypto.prototype, Symbol.toStringTag, { value: 'Crypto', configurable: true });

module.exports = { subtle, webcrypto };
