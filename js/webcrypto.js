// The package's Web Crypto, in a bundle of its own: few functions use it. internal/crypto/webcrypto.js makes Node's of it.
module.exports = require('@peculiar/webcrypto');
