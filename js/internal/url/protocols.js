'use strict';

const SLASHED = ['http', 'https', 'ftp', 'gopher', 'file', 'ws', 'wss'].flatMap((name) => [name, `${name}:`]);

module.exports = {
  /** Whether URLs of this protocol have `//` before their host. */
  isSlashed: (protocol) => SLASHED.includes(protocol),
  /** Whether its URLs have no host, and characters that others don't. */
  isHostless: (protocol) => protocol === 'javascript' || protocol === 'javascript:',
};
