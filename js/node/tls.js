module.exports = require('../internal/absent.js')('tls', 'sockets');
