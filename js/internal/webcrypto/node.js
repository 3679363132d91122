'use strict';

// What Web Crypto uses of node:crypto, which is another bundle. js/webcrypto.js fills this.

module.exports = { __proto__: null };
