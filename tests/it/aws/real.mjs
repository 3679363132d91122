// What the real aws-sdk would send for each call of operations.js: one JSON line each.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../js/package.json', import.meta.url));
const now = Date.UTC(2020, 0, 2, 3, 4, 5);
globalThis.Date = class extends Date {
  constructor(...args) {
    super(...(args.length ? args : [now]));
  }
  static now() {
    return now;
  }
};

const AWS = require('aws-sdk');
const operations = (0, eval)(readFileSync(new URL('operations.js', import.meta.url), 'utf8'));

for (const { service, operation, client, params } of operations(AWS)) {
  const request = client[operation](params);
  await new Promise((resolve) => request.build(resolve));
  if (request.response.error) throw request.response.error;
  const { method, endpoint, path, headers, body } = request.httpRequest;
  console.log(
    JSON.stringify({
      service,
      operation,
      method,
      url: `${endpoint.protocol}//${endpoint.host}${path}`,
      headers,
      body: String(body),
    }),
  );
}
