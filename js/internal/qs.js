'use strict';

// npm's url parses query strings by the package qs, Node's by its own querystring. This makes npm's do the same.

const querystring = require('node:querystring');

module.exports = { parse: (text) => querystring.parse(text), stringify: (object) => querystring.stringify(object) };
