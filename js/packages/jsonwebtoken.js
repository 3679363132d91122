module.exports = require('jsonwebtoken');
