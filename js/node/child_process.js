module.exports = require('../internal/absent.js')('child_process', 'processes');
