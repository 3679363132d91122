'use strict';

// Node's util.inspect, and what comes with it. It is a bundle of its own because util needs it, and so do the errors
// that util throws.

const { format, formatWithOptions, inspect } = require('node-inspect-extracted');
const types = require('./internal/types.js');

// The package's own names are short ones, and people see them.
for (const [name, value] of Object.entries({ format, formatWithOptions, inspect })) {
  Object.defineProperty(value, 'name', { value: name, configurable: true });
}

module.exports = { format, formatWithOptions, inspect, types };
