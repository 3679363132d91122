'use strict';

// `AWS` is npm aws-sdk 2.488.0 itself, with two things replaced: where credentials come from when
// the function gives none, and how a request is signed and sent. Configuration, validation, request
// events, retries, waiters, uploads, presigning and the reading of responses are the package's.

const AWS = require('aws-sdk');

require('./credentials.js');
require('./call.js');

module.exports = AWS;
