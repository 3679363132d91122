module.exports = require('snowflake-sdk');
