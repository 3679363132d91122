module.exports = require('./absent.js')("a stage's storage", 'files');
