// Past the package's main file, which asks for Node's own stream first.
module.exports = require('readable-stream/lib/stream.js');
