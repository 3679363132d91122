module.exports = require('jsforce');
