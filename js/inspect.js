'use strict';

// Node's util.inspect, and what comes with it. It is a bundle of its own because util needs it, and so do the errors
// that util throws.

const { format, formatWithOptions, inspect } = require('node-inspect-extracted');
const types = require('./internal/types.js');

module.exports = { format, formatWithOptions, inspect, types };
