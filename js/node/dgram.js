module.exports = require('../internal/absent.js')('dgram', 'sockets');
