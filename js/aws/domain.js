'use strict';

// Node's domains, none of which is ever active here.

class Domain {}

module.exports = { Domain, active: null };
