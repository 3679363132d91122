module.exports = require('../internal/absent.js')('readline', 'terminals');
