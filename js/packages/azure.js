// Each library is evaluated when it is first touched. The platform's documentation calls the third one
// @azure/synapse, which npm doesn't have. @azure/synapse-artifacts is Synapse's client library for data.

const lazily = require('../internal/lazily.js');

module.exports = lazily({
  identity: () => require('@azure/identity'),
  eventHubs: () => require('@azure/event-hubs'),
  synapse: () => require('@azure/synapse-artifacts'),
});
