// The package itself. `AWS` is what js/aws.js makes of it.
module.exports = require('aws-sdk/lib/aws');
