'use strict';

// Each library is evaluated when it is first touched. The platform's documentation calls the third one
// @azure/synapse, which npm doesn't have; Synapse's client library for data is this one.

const lazily = require('../internal/lazily.js');

module.exports = lazily({
  identity: () => require('@azure/identity'),
  eventHubs: () => require('@azure/event-hubs'),
  synapse: () => require('@azure/synapse-artifacts'),
});
