'use strict';

const { ReadStream, WriteStream } = require('../internal/absent.js')('tty', 'terminals');

// Packages call `isatty` while they are loaded, to choose colours.
module.exports = { isatty: () => false, ReadStream, WriteStream };
