'use strict';

module.exports = require('../aws/index.js');
