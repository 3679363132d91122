module.exports = require('stripe');
