module.exports = require('oauth');
