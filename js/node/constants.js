'use strict';

const { errno, signals } = require('node:os').constants;

module.exports = { ...errno, ...signals };
