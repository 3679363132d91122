// A signature depends on the time.
const RealDate = Date;
const now = RealDate.UTC(2020, 0, 2, 3, 4, 5);
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length ? args : [now]));
  }
  static now() {
    return now;
  }
};
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const attempt = (make) => {
  try {
    return make();
  } catch (error) {
    return `${error.name} ${error.code} ${error.message}`;
  }
};

for (const region of [undefined, 'us-east-1', 'us-west-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-1', 'sa-east-1', 'cn-north-1', 'us-gov-west-1', 'me-south-1']) {
  for (const options of [{}, { signatureVersion: 'v4' }, { signatureVersion: 'v2' }, { sessionToken: 'TOK/EN+=' }, { s3ForcePathStyle: true }, { useAccelerateEndpoint: true }]) {
    const s3 = new AWS.S3({ ...keys, region, ...options });
    console.log(region, JSON.stringify(options), s3.config.signatureVersion);
    for (const [operation, params] of [
      ['getObject', { Key: 'a/b c+ü.txt', Expires: 60 }],
      ['getObject', { Key: 'k', VersionId: 'v', ResponseContentDisposition: 'attachment; filename="x y.txt"', Range: 'bytes=0-1' }],
      ['putObject', { Key: 'k', ContentType: 'text/plain', Metadata: { Foo: 'x', bar: 'ü' }, ACL: 'public-read', ServerSideEncryption: 'AES256' }],
      ['putObject', { Key: 'k', Body: 'content', ContentMD5: 'abc=' }],
      ['uploadPart', { Key: 'k', UploadId: 'u', PartNumber: 3 }],
      ['listObjects', { Prefix: 'p/', Delimiter: '/' }],
      ['deleteObject', { Key: 'k' }],
      ['headBucket', {}],
      ['getBucketAcl', {}],
    ]) {
      console.log(' ', operation, attempt(() => s3.getSignedUrl(operation, { Bucket: 'my-bucket', ...params })));
    }
  }
}
const s3 = new AWS.S3({ ...keys, region: 'us-west-2' });
show('bad expiry', attempt(() => s3.getSignedUrl('getObject', { Bucket: 'b', Key: 'k', Expires: '60' })));
show('no key', attempt(() => s3.getSignedUrl('getObject', { Bucket: 'b' })));
show('no such operation', attempt(() => s3.getSignedUrl('paint', { Bucket: 'b' })));
show('too long', attempt(() => new AWS.S3({ ...keys, region: 'eu-central-1' }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k', Expires: 604801 })));
show('length', attempt(() => s3.getSignedUrl('putObject', { Bucket: 'b', Key: 'k', ContentLength: 5 })));
show('no credentials', attempt(() => new AWS.S3({ region: 'us-west-2', endpoint: 'https://example.com', credentials: new AWS.Credentials() }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' })));
await fails('by callback', () => new Promise((resolve, reject) => s3.getSignedUrl('getObject', { Bucket: 'b' }, (error, url) => (error ? reject(error) : resolve(url)))));
show('other services', [
  attempt(() => { let url; new AWS.STS({ ...keys, region: 'us-west-2' }).getCallerIdentity().presign(60, (error, made) => { url = error ? error.code : made; }); return url; }),
  attempt(() => new AWS.Polly.Presigner({ ...keys, service: new AWS.Polly({ ...keys, region: 'us-west-2' }) }).getSynthesizeSpeechUrl({ OutputFormat: 'mp3', Text: 'hello', VoiceId: 'Joanna' }, 60)),
]);

for (const params of [
  { Bucket: 'b', Fields: { key: 'k' } },
  { Bucket: 'b', Fields: { key: 'k', acl: 'private' }, Conditions: [['content-length-range', 0, 10], ['starts-with', '$x', 'y']], Expires: 60 },
  { Bucket: 'with.dots' },
  {},
]) {
  show('post', attempt(() => s3.createPresignedPost(params)));
}
show('post with a token', new AWS.S3({ ...keys, sessionToken: 'T', region: 'eu-central-1' }).createPresignedPost({ Bucket: 'b', Fields: { key: 'k' } }));
await fails('post without a region', async () => new AWS.S3({ ...keys, region: '' }).createPresignedPost({ Bucket: 'b' }));
await fails('post by callback', () => new Promise((resolve, reject) => s3.createPresignedPost({ Bucket: 'b' }, (error, post) => (error ? reject(error) : resolve(post)))));

// The very signature of requests that are sent.
const sent = new AWS.S3(client);
for (const [operation, params] of [
  ['createBucket', { Bucket: 'bucket' }],
  ['putObject', { Bucket: 'bucket', Key: 'a//b c', Body: 'x', Metadata: { 'A-b': ' spaced  out ' }, ContentType: 'text/plain' }],
  ['getObject', { Bucket: 'bucket', Key: 'a//b c', ResponseContentType: 'a/b' }],
  ['listObjectsV2', { Bucket: 'bucket', Prefix: 'a/', StartAfter: '+ &' }],
]) {
  const data = await sent[operation](params).promise();
  show(operation, Object.entries(data.$response.request.httpRequest.headers).map(([name, value]) => `${name}: ${String(value).replace('Signature=', 'Signed ')}`));
}
for (const [service, operation, params] of [['STS', 'getCallerIdentity', {}], ['SQS', 'listQueues', { QueueNamePrefix: 'a b' }], ['DynamoDB', 'listTables', {}], ['Lambda', 'listFunctions', {}]]) {
  const data = await new AWS[service](client)[operation](params).promise();
  show(service, Object.entries(data.$response.request.httpRequest.headers).map(([name, value]) => `${name}: ${String(value).replace('Signature=', 'Signed ')}`));
}
