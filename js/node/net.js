module.exports = require('../internal/absent.js')('net', 'sockets');
