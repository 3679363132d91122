// Web Crypto, in a bundle of its own: few functions use it. It stands on node:crypto, which starts it.
exports.start = (node) => {
  Object.assign(require('./internal/webcrypto/node.js'), node);
  return require('./internal/webcrypto/crypto.js');
};
