module.exports = require('../internal/absent.js')('http2', 'HTTP/2');
