module.exports = require('@onesignal/node-onesignal');
