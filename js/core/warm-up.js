// A zygote (src/engine/run/zygote/) uses the packages that the function's cases touch once, against answers that say
// nothing. V8 compiles most functions and all regular expressions when they are first used: what the zygote has
// compiled need not be compiled again for each case. It must leave nothing that a function could notice.
import { require } from './bundles.js';

const URL = 'http://localhost/v1/things?since=1';

const uses = {
  __proto__: null,

  async 'node-fetch'() {
    const fetch = require('node-fetch');
    const headers = { Authorization: 'Bearer of-nobody', 'Content-Type': 'application/json' };
    const read = await fetch(URL, { headers });
    await read.json();
    const sent = await fetch(URL, { method: 'POST', headers, body: JSON.stringify({ some: 'thing' }) });
    await sent.text();
  },

  async 'segfn:aws'() {
    const AWS = require('segfn:aws');
    const credentials = new AWS.Credentials('of-nobody', 'none');
    const s3 = new AWS.S3({ region: 'us-east-1', credentials, maxRetries: 0 });
    const thing = { Bucket: 'things', Key: 'some/thing' };
    await s3.putObject({ ...thing, Body: '{}', ContentType: 'application/json' }).promise();
    await s3.getObject(thing).promise();
    const sts = new AWS.STS({ region: 'us-east-1', credentials, maxRetries: 0 });
    const RoleArn = 'arn:aws:iam::123456789012:role/of-nobody';
    await sts.assumeRole({ RoleArn, RoleSessionName: 'none' }).promise();
  },
};

export async function warmUp(name) {
  await uses[name]?.();
}
