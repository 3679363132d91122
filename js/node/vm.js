module.exports = require('../internal/absent.js')('vm', 'V8 of their own');
