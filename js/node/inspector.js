module.exports = require('../internal/absent.js')('inspector', 'debuggers');
