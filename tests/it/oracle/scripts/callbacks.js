const s3 = new AWS.S3(client);
await s3.createBucket({ Bucket: 'bucket' }).promise();
await s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'hello' }).promise();
const called = (start) => new Promise((resolve) => start(function (...args) {
  const [error, data] = args;
  resolve([this?.constructor?.name, args.length, error && error.code, typeof data === 'object' ? data && Object.keys(data) : typeof data, this?.data === data, data && typeof data === 'object' && '$response' in data]);
}));

show('success', await called((done) => s3.getObject({ Bucket: 'bucket', Key: 'k' }, done)));
show('failure', await called((done) => s3.getObject({ Bucket: 'bucket', Key: 'none' }, done)));
show('invalid', await called((done) => s3.getObject({ Bucket: 'bucket' }, done)));
show('without params', await called((done) => s3.listBuckets(done)));
show('send', await called((done) => s3.listBuckets().send(done)));
show('sts', await called((done) => new AWS.STS(client).getCallerIdentity({}, done)));
show('upload', await called((done) => s3.upload({ Bucket: 'bucket', Key: 'u', Body: 'x' }, done)));
show('getCredentials', await called((done) => s3.config.getCredentials(done)));
show('url', await called((done) => s3.getSignedUrl('getObject', { Bucket: 'bucket', Key: 'k' }, done)));
show('waiter', await called((done) => s3.waitFor('bucketExists', { Bucket: 'bucket' }, done)));

const order = [];
await new Promise((resolve) => {
  order.push('before');
  s3.headBucket({ Bucket: 'bucket' }, () => { order.push('callback'); resolve(); });
  Promise.resolve().then(() => order.push('microtask'));
  order.push('after');
});
show('order', order);

// No callback and no promise: nothing is sent until send().
const idle = s3.putObject({ Bucket: 'bucket', Key: 'idle', Body: 'x' });
await fails('idle', () => s3.headObject({ Bucket: 'bucket', Key: 'idle' }).promise());
const response = idle.send();
show('response', [response.constructor.name, Object.keys(response), response.data, response.error]);
await new Promise((resolve) => idle.on('complete', resolve));
show('then', [response.data, response.httpResponse.statusCode]);

const twice = s3.listBuckets();
await twice.promise();
await fails('sent twice', () => twice.promise().then(() => 'sent again'));

// Aborting, before, while and after it is under way.
const aborted = new AWS.S3({ ...client, endpoint: settings.silent }).getObject({ Bucket: 'bucket', Key: 'k' });
setTimeout(() => aborted.abort(), 1);
await fails('aborted', () => aborted.promise());
const early = s3.getObject({ Bucket: 'bucket', Key: 'k' });
await fails('aborted on send', () => early.on('send', () => early.abort()).promise().then((data) => data.Body.toString()));
const onSign = s3.getObject({ Bucket: 'bucket', Key: 'k' });
await fails('aborted on sign', () => onSign.on('sign', () => onSign.abort()).promise().then((data) => data.Body.toString()));
const late = s3.getObject({ Bucket: 'bucket', Key: 'k' });
await fails('aborted on success', () => late.on('success', () => late.abort()).promise().then((data) => data.Body.toString()));

const parallel = await Promise.all(Array.from({ length: 20 }, (_, n) => s3.putObject({ Bucket: 'bucket', Key: `n/${n}`, Body: String(n) }).promise()));
show('parallel', parallel.map(({ ETag }) => ETag));
