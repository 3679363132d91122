module.exports = require('@hubspot/api-client');
