module.exports = require('atob');
