const EVENTS = ['validate', 'build', 'afterBuild', 'sign', 'send', 'httpHeaders', 'httpData', 'httpUploadProgress',
  'httpDownloadProgress', 'httpDone', 'httpError', 'validateResponse', 'extractData', 'extractError', 'retry', 'afterRetry',
  'success', 'error', 'complete'];
const s3 = new AWS.S3(client);
await s3.createBucket({ Bucket: 'bucket' }).promise();

async function watch(label, request) {
  const events = [];
  for (const event of EVENTS) {
    request.on(event, function (...args) {
      const shown = args.map((arg) => (arg?.constructor === AWS.Request ? 'request'
        : arg?.constructor === AWS.Response ? 'response'
        : arg instanceof Error ? arg.code
        : Buffer.isBuffer(arg) ? `<${arg.length} bytes>`
        : event === 'httpHeaders' && typeof arg === 'object' ? Object.keys(arg).sort().join()
        : JSON.stringify(arg)));
      events.push(`${event}: ${shown.join(' ')} | ${this === request ? 'request' : this?.constructor?.name}`);
    });
  }
  await request.promise().then(() => events.push('resolved'), () => events.push('rejected'));
  show(label, events);
}

await watch('put', s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'hello' }));
await watch('put nothing', s3.putObject({ Bucket: 'bucket', Key: 'nothing' }));
await watch('get', s3.getObject({ Bucket: 'bucket', Key: 'k' }));
await watch('get nothing', s3.getObject({ Bucket: 'bucket', Key: 'nothing' }));
await watch('head', s3.headObject({ Bucket: 'bucket', Key: 'k' }));
await watch('list', s3.listObjectsV2({ Bucket: 'bucket' }));
await watch('none', s3.getObject({ Bucket: 'bucket', Key: 'none' }));
await watch('invalid', s3.getObject({ Bucket: 'bucket' }));
await watch('sts', new AWS.STS(client).getCallerIdentity());
await watch('sqs', new AWS.SQS(client).listQueues());
await watch('dynamodb', new AWS.DynamoDB(client).listTables());

// Listeners may change the request, add headers, replace the answer, stop it, or fail.
const changed = s3.putObject({ Bucket: 'bucket', Key: 'changed', Body: 'x' });
changed.on('build', ({ httpRequest }) => {
  httpRequest.headers['x-amz-meta-added'] = 'yes';
  httpRequest.path = httpRequest.path.replace('changed', 'other');
  httpRequest.body = 'longer body';
});
await changed.promise();
const other = await s3.getObject({ Bucket: 'bucket', Key: 'other' }).promise();
show('changed', [other.Metadata, other.Body.toString()]);

const replaced = await s3.listObjectsV2({ Bucket: 'bucket' }).on('extractData', (response) => { response.data = { of: 'mine' }; }).promise();
show('replaced', replaced);
await fails('listener throws', () => s3.listBuckets().on('build', () => { throw new Error('from a listener'); }).promise());
await fails('async listener', () => s3.listBuckets().onAsync('validate', (request, done) => setTimeout(() => done(Object.assign(new Error('late'), { code: 'Late' })), 1)).promise());
const saved = await s3.getObject({ Bucket: 'bucket', Key: 'none' }).on('extractError', (response) => { response.error = null; response.data = 'instead'; }).promise();
show('an error taken back', saved);

// Listeners of a client, of all clients, and of requests to come.
const log = [];
const listening = new AWS.S3(client);
listening.on('success', (response) => log.push(`client ${response.request.operation}`));
listening.customizeRequests((request) => request.on('complete', () => log.push(`customised ${request.operation}`)));
AWS.events.on('complete', (response) => log.push(`all ${response.request.service.serviceIdentifier}`));
await listening.headBucket({ Bucket: 'bucket' }).promise();
await new AWS.STS(client).getCallerIdentity().promise();
AWS.events.removeAllListeners('complete');
show('listeners', log);

const logged = [];
await new AWS.S3({ ...client, logger: { log: (line) => logged.push(line.replace(/[\d.]+s/, 'Ns')) } }).headBucket({ Bucket: 'bucket' }).promise();
await new AWS.S3({ ...client, logger: { write: (line) => logged.push(line.replace(/[\d.]+s/, 'Ns')) } }).getObject({ Bucket: 'bucket', Key: 'none' }).promise().catch(() => {});
show('logger', logged);

// Unsigned, bound, made by name.
show('made', (await s3.makeRequest('listObjects', { Bucket: 'bucket', MaxKeys: 1 }).promise()).Contents.length);
const unsigned = s3.makeUnauthenticatedRequest('headBucket', { Bucket: 'bucket' });
await unsigned.promise().catch(() => {});
show('unsigned', unsigned.httpRequest.headers);
const toUnsigned = s3.getObject({ Bucket: 'bucket', Key: 'k' }).toUnauthenticated();
await toUnsigned.promise().catch(() => {});
show('made unsigned', 'Authorization' in toUnsigned.httpRequest.headers);
const bound = new AWS.S3({ ...client, params: { Bucket: 'bucket', Key: 'k' } });
show('bound', (await bound.getObject().promise()).Body.toString());
show('bound otherwise', (await bound.getObject({ Key: 'other' }).promise()).Body.toString());
show('request', Object.keys(s3.headBucket({ Bucket: 'bucket' })));
show('headers', (await s3.putObject({ Bucket: 'bucket', Key: 'agent', Body: 'x' }).promise()).$response.request.httpRequest.headers);
