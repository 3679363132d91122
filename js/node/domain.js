'use strict';

// Node's domains. None is ever active.

module.exports = { Domain: class Domain {}, active: null };
