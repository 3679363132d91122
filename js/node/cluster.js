module.exports = require('../internal/absent.js')('cluster', 'processes');
