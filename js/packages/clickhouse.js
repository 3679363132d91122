module.exports = require('@clickhouse/client');
