module.exports = require('../internal/no-sockets.js').tls;
