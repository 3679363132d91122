'use strict';

// npm's readable-stream, which is Node's own code, and what it leaves out.

// This is not the package's main file, because that looks for Node's own stream first.
const Stream = require('readable-stream/lib/stream.js');
const webStreams = require('../internal/web-streams.js');

const { Readable, Writable, Duplex } = Stream;

// A bundle may have other functions of the name.
Object.defineProperty(Stream, 'name', { value: 'Stream', configurable: true });

// Node 20 takes all views of bytes.
Stream._isUint8Array = (value) => ArrayBuffer.isView(value);
Stream._isArrayBufferView = Stream._isUint8Array;

const web = webStreams(Stream);
Readable.fromWeb = (stream, options) => web.readableFromWeb(stream, options);
Readable.toWeb = (stream, options) => web.readableToWeb(stream, options);
Writable.fromWeb = (stream, options) => web.writableFromWeb(stream, options);
Writable.toWeb = (stream) => web.writableToWeb(stream);
Duplex.fromWeb = (pair, options) => web.duplexFromWeb(pair, options);
Duplex.toWeb = (stream) => web.duplexToWeb(stream);

module.exports = Stream;
