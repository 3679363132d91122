module.exports = require('../internal/absent.js')('module', 'modules');
