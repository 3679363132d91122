module.exports = require('../internal/absent.js')('dns', 'name resolution of their own');
