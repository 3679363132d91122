module.exports = require('fetch-retry');
