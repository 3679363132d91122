module.exports = require('jsftp');
