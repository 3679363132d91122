module.exports = require('uuidv5');
