module.exports = require('@mailchimp/mailchimp_marketing');
