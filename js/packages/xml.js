module.exports = require('xml');
