// `AWS`: the package aws-sdk, whose way to the network and to credentials is segfn's.
module.exports = require('./aws/index.js');
