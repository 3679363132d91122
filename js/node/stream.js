// This is not the package's main file, because that looks for Node's own stream first.
module.exports = require('readable-stream/lib/stream.js');
