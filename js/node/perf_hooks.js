'use strict';

module.exports = {
  get performance() {
    return globalThis.performance;
  },
};
