// Node's deep comparison, which util and assert share.
module.exports = require('assert/build/internal/util/comparisons.js');
