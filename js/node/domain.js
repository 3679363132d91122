'use strict';

// Domains, of which none is ever active.

module.exports = { Domain: class Domain {}, active: null };
