module.exports = require('../internal/absent.js')('v8', 'V8 of their own');
