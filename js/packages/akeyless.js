const lazily = require('../internal/lazily.js');

module.exports = lazily({
  akeyless: () => require('akeyless'),
  akeylessCloudId: () => require('akeyless-cloud-id'),
});
