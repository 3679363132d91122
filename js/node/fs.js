module.exports = require('../internal/no-files.js');
