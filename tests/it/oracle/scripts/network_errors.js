const none = { ...client, endpoint: 'http://127.0.0.1:1', maxRetries: 0 };
await fails('refused', () => new AWS.S3(none).listBuckets().promise());
await fails('refused for sts', () => new AWS.STS(none).getCallerIdentity().promise());
await fails('refused for sqs', () => new AWS.SQS(none).listQueues().promise());
await fails('refused with a body', () => new AWS.S3(none).putObject({ Bucket: 'b', Key: 'k', Body: 'x'.repeat(100000) }).promise());
await fails('upload refused', () => new AWS.S3(none).upload({ Bucket: 'b', Key: 'k', Body: 'x' }).promise());

await fails('silent', () => new AWS.S3({ ...none, endpoint: settings.silent, httpOptions: { timeout: 50 } }).listBuckets().promise());
await fails('silent for sts', () => new AWS.STS({ ...none, endpoint: settings.silent, httpOptions: { timeout: 50, connectTimeout: 5000 } }).getCallerIdentity().promise());

// Retries, their delays and what each attempt shows.
for (const [service, operation] of [['S3', 'listBuckets'], ['STS', 'getCallerIdentity'], ['DynamoDB', 'listTables']]) {
  const delays = [];
  const retrying = new AWS[service]({
    ...none,
    maxRetries: undefined,
    retryDelayOptions: { customBackoff: (count) => (delays.push(count), 1) },
  });
  const request = retrying[operation]();
  const events = [];
  for (const event of ['validate', 'build', 'afterBuild', 'sign', 'send', 'httpError', 'retry', 'afterRetry', 'extractError', 'error', 'complete']) {
    request.on(event, (...args) => events.push(`${event}(${args.map((arg) => arg.constructor.name)})`));
  }
  const error = await request.promise().catch((thrown) => thrown);
  show(`${service} retries`, [error.code, error.retryDelay, request.response.retryCount, request.response.maxRetries, delays, events]);
}
const doubling = new AWS.S3({ ...none, maxRetries: 2, retryDelayOptions: { base: 1 } });
const failed = await new Promise((resolve) => doubling.listBuckets(function (error) { resolve([this.retryCount, error.code, this.constructor.name]); }));
show('base', failed);

await fails('no such host', () => new AWS.S3({ ...none, endpoint: 'http://segfn-has-no-such-host.invalid' }).listBuckets().promise());

// A server that isn't an AWS.
await fails('html', () => new AWS.S3({ ...client, endpoint: `${settings.endpoint}/moto-api/`, maxRetries: 0 }).getObject({ Bucket: 'data.json', Key: 'none' }).promise());
