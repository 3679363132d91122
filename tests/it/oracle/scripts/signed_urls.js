// URLs and forms signed for others, in each region and way, and waiters.
const s3 = new AWS.S3(client), sts = new AWS.STS(client);
async function e(label, f) { try { const v = await f(); console.log(label, 'ok', typeof v === 'string' ? v : JSON.stringify(v)); } catch (x) { console.log(label, x.name, x.code, x.message, x.retryable, x.statusCode, Object.keys(x).join(), (x.errors || []).map((y) => [y.code, y.message, Object.keys(y)])); } }
const U = (u) => String(u).replace(/(Expires|X-Amz-Date|X-Amz-Signature|Signature|X-Amz-Credential)=[^&]*/g, '$1=?');
for (const region of ['us-east-1', 'us-west-2', 'eu-central-1', 'cn-north-1', 'ap-east-1']) for (const o of [{}, { signatureVersion: 'v4' }, { signatureVersion: 's3' }, { useAccelerateEndpoint: true }, { useDualstack: true }, { sslEnabled: false }, { sessionToken: 'to/k+' }, { endpoint: 'https://cdn.example/base', s3BucketEndpoint: true }]) {
  const made = new AWS.S3({ accessKeyId: 'AKID', secretAccessKey: 'secret', region, ...o });
  for (const [op, P] of [['getObject', { Bucket: 'my-bucket', Key: 'a b/ü+.txt', Expires: 60, ResponseContentDisposition: 'attachment; filename="x y"', VersionId: 'v' }], ['putObject', { Bucket: 'my-bucket', Key: 'k', ContentType: 'text/plain', ACL: 'public-read', Metadata: { 'A-B': 'c d' }, ContentMD5: 'x', CacheControl: 'no-cache', ServerSideEncryption: 'AES256', Tagging: 'a=b' }], ['listObjectsV2', { Bucket: 'my.bucket', Prefix: 'a/' }], ['uploadPart', { Bucket: 'B_ucket', Key: 'k', PartNumber: 1, UploadId: 'u' }], ['deleteObject', { Bucket: 'bucket', Key: '/lead' }], ['headBucket', { Bucket: 'bucket' }], ['listBuckets', {}], ['putObject', { Bucket: 'bucket', Key: 'k', Body: 'hello' }]]) {
    try { console.log(region, JSON.stringify(o), op, U(made.getSignedUrl(op, P))); } catch (x) { console.log(region, JSON.stringify(o), op, x.code, x.message); }
  }
}
for (const [op, P] of [['getObject', { Bucket: 'b', Key: 'k', Expires: 'x' }], ['getObject', { Bucket: 'b', Key: 'k', Expires: 0 }], ['getObject', { Bucket: 'b', Key: 'k', Expires: 1e9 }], ['getObject', { Bucket: 'b' }], ['nope', {}], ['putObject', { Bucket: 'b', Key: 'k', ContentLength: 5 }], ['upload', { Bucket: 'b', Key: 'k' }], ['getObject'], []]) {
  await e(`sign ${op}`, async () => U(s3.getSignedUrl(op, P)));
  await e(`sign v4 ${op}`, async () => U(new AWS.S3({ ...client, signatureVersion: 'v4' }).getSignedUrl(op, P)));
  await e(`sign cb ${op}`, () => new Promise((res, rej) => s3.getSignedUrl(op, P, (x, u) => (x ? rej(x) : res(U(u))))));
}
await e('sign sts', async () => U(sts.getCallerIdentity().presign ? 'presign' : ''));
await e('sign sts', () => new Promise((res, rej) => sts.getCallerIdentity().presign(60, (x, u) => (x ? rej(x) : res(U(u).replace(/X-Amz-Security-Token=[^&]*/, ''))))));
await e('sign no creds', async () => new AWS.S3({ region: 'us-west-2', credentials: null, credentialProvider: null }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }));
const P0 = (d) => ({ ...d, fields: { ...d.fields, Policy: JSON.parse(Buffer.from(d.fields.Policy, 'base64').toString(), (k, v) => (k === 'expiration' ? '?' : v)), 'X-Amz-Date': '?', 'X-Amz-Signature': '?', 'X-Amz-Credential': '?' } });
for (const P of [{ Bucket: 'b', Fields: { key: 'k' } }, { Bucket: 'b.c', Expires: 60, Conditions: [['content-length-range', 0, 10], ['starts-with', '$key', 'a/'], { acl: 'x' }], Fields: { 'Content-Type': 'x', 'x-amz-meta-a': 5 } }, {}, undefined, { Bucket: 'b', Fields: 5 }, { Bucket: 'b', Conditions: 'x' }]) await e('post', async () => { const d = P0(s3.createPresignedPost(P)); for (const c of d.fields.Policy.conditions) for (const k of Object.keys(c)) if (/^X-Amz-(Date|Credential)/.test(k)) c[k] = '?'; return d; });
await s3.createBucket({ Bucket: 'bucket' }).promise();
await e('exists', () => s3.waitFor('bucketExists', { Bucket: 'bucket' }).promise().then((d) => Object.keys(d)));
await e('not exists', () => s3.waitFor('objectExists', { Bucket: 'bucket', Key: 'x', $waiter: { delay: 0, maxAttempts: 2 } }).promise());
await e('not exists cb', () => new Promise((res, rej) => s3.waitFor('bucketNotExists', { Bucket: 'bucket', $waiter: { delay: 0.001, maxAttempts: 3 } }, (x, d) => (x ? rej(x) : res(d)))));
await e('unknown', async () => s3.waitFor('nope', {}));
await e('waiter params', () => s3.waitFor('objectExists', { Bucket: 'bucket' }).promise());
