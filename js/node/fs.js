module.exports = require('../internal/absent.js')('fs', 'files');
