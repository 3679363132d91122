'use strict';

const path = require('path-browserify');

path.win32 ??= path;
module.exports = path;
