module.exports = require('winston');
