const s3 = new AWS.S3(client);
const sts = new AWS.STS(client);
await s3.createBucket({ Bucket: 'bucket' }).promise();

await fails('no key', () => s3.getObject({ Bucket: 'bucket', Key: 'none' }).promise());
await fails('no key for head', () => s3.headObject({ Bucket: 'bucket', Key: 'none' }).promise());
await fails('no bucket', () => s3.putObject({ Bucket: 'nowhere', Key: 'k', Body: 'x' }).promise());
await fails('no bucket for list', () => s3.listObjectsV2({ Bucket: 'nowhere' }).promise());
await fails('no source', () => s3.copyObject({ Bucket: 'bucket', Key: 'k', CopySource: 'bucket/none' }).promise());
await fails('no upload', () => s3.completeMultipartUpload({ Bucket: 'bucket', Key: 'k', UploadId: 'none', MultipartUpload: { Parts: [{ ETag: '"a"', PartNumber: 1 }] } }).promise());
await fails('wrong digest', () => s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'x', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }).promise());
await fails('no tags at all', () => s3.getBucketTagging({ Bucket: 'bucket' }).promise());
await fails('wrong arn', () => sts.assumeRole({ RoleArn: 'arn:aws:iam::1:role/x', RoleSessionName: 'a'.repeat(80) }).promise());
await fails('bad policy', () => sts.assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/demo', RoleSessionName: 's', Policy: 'x'.repeat(2050) }).promise());

// Errors at construction and at the call.
await fails('no new', async () => AWS.S3(client));
await fails('no such version', async () => new AWS.S3({ apiVersion: '1999-01-01' }));
await fails('no region', () => new AWS.SQS({ ...client, region: undefined, endpoint: undefined }).listQueues().promise());
await fails('no region for sts', () => new AWS.STS({ ...client, region: undefined }).getCallerIdentity().promise());
await fails('no region and wrong params', () => new AWS.Lambda({ ...client, region: undefined }).invoke({}).promise());
await fails('no credentials', () => new AWS.S3({ ...client, accessKeyId: undefined, secretAccessKey: undefined, credentials: null }).listBuckets().promise());
await fails('no secret', () => new AWS.S3({ ...client, accessKeyId: undefined, secretAccessKey: undefined, credentials: { accessKeyId: 'a' } }).listBuckets().promise());
await fails('empty credentials', () => new AWS.S3({ ...client, accessKeyId: undefined, secretAccessKey: undefined, credentials: new AWS.Credentials() }).listBuckets().promise());
await fails('bad endpoint', async () => new AWS.S3({ ...client, endpoint: 5 }));
await fails('bad header', () => s3.putObject({ Bucket: 'bucket', Key: 'k', Metadata: { a: 'ü' } }).promise().then(() => 'sent'));
await fails('customer key over http', () => s3.putObject({ Bucket: 'bucket', Key: 'k', SSECustomerKey: 'k'.repeat(32), SSECustomerAlgorithm: 'AES256' }).promise());

// An error is made once, and thrown as it was.
const request = s3.getObject({ Bucket: 'bucket', Key: 'none' });
let seen;
request.on('error', (error, response) => {
  seen = error;
  show('in the event', [error.code, response.error === error, Object.keys(response)]);
});
const thrown = await request.promise().catch((error) => error);
show('the same', [seen === thrown, thrown.requestId === request.response.requestId, request.response.httpResponse.body.toString().startsWith('<?xml')]);
const plain = AWS.util.error(new Error('of mine'), { code: 'Mine', extra: 1 });
console.log(Object.keys(plain), plain.name, String(plain));
