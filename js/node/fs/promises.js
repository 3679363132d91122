module.exports = require('../../internal/absent.js')('fs/promises', 'files');
