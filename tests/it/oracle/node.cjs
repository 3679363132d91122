// Runs the body of a handler as segfn would, with the real aws-sdk:
// node node.cjs FILE… SETTINGS, of which the last is JSON.

const { readFileSync } = require('node:fs');
const AWS = require('../../../js/node_modules/aws-sdk');

// moto answers `Expect: 100-continue` twice, which Node's client can't bear (segfn never sends it).
AWS.S3.prototype.addExpect100Continue = function addExpect100Continue() {};

globalThis.AWS = AWS;
globalThis.https = require('node:https');
Object.defineProperty(globalThis, 'crypto', { value: require('node:crypto') });

const files = process.argv.slice(2);
const settings = JSON.parse(files.pop());
const body = files.map((file) => readFileSync(file, 'utf8')).join('\n');
const AsyncFunction = (async () => {}).constructor;

new AsyncFunction('event', 'settings', body)({}, settings);
