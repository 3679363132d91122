module.exports = require('skyflow-node');
