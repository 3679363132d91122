// What Node's http and https have in common, in a bundle of its own: they share its sockets and the symbols by which
// they know each other's.

// These are not destructured, or esbuild would rename the classes, and people see their names.
const agents = require('./internal/http/agent.js');
const client = require('./internal/http/client.js');
const codes = require('./internal/http/codes.js');
const connections = require('./internal/http/connect.js');
const headers = require('./internal/http/headers.js');
const incoming = require('./internal/http/incoming.js');
const outgoing = require('./internal/http/outgoing.js');
const servers = require('./internal/http/server.js');

module.exports = { agents, client, codes, connections, headers, incoming, outgoing, servers };
