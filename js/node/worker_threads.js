module.exports = require('../internal/absent.js')('worker_threads', 'threads');
