'use strict';

// For npm's url, which wants qs for query strings; Node's url uses its own querystring.

const querystring = require('node:querystring');

module.exports = { parse: (text) => querystring.parse(text), stringify: (object) => querystring.stringify(object) };
