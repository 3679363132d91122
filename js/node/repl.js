module.exports = require('../internal/absent.js')('repl', 'terminals');
