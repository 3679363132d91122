module.exports = require('../../internal/absent.js')('dns/promises', 'name resolution of their own');
