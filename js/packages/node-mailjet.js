module.exports = require('node-mailjet');
