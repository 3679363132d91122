const s3 = new AWS.S3(client);
const put = (params) => () => s3.putObject(params).promise();

await fails('missing', put({ Bucket: 'b' }));
await fails('missing all', put({}));
await fails('no params', () => s3.putObject().promise());
await fails('unexpected', put({ Bucket: 'b', Key: 'k', Bukket: undefined }));
await fails('several', put({ Bukket: 'b', Key: 5, Metadata: { a: 1 } }));
await fails('types', put({
  Bucket: 'b', Key: 'k', Body: { a: 1 }, Metadata: 'text', ContentLength: 'many', Expires: 'never', Tagging: ['x'],
}));
await fails('a null body and undefined members', put({ Bucket: 'b', Key: undefined, Body: null }));
await fails('empty key', () => s3.getObject({ Bucket: 'b', Key: '' }).promise());
await fails('nested', () => s3.deleteObjects({ Bucket: 'b', Delete: { Objects: [{ Key: 'a' }, { Kee: 'b' }, 'c', null] } }).promise());
await fails('list', () => s3.deleteObjects({ Bucket: 'b', Delete: { Objects: 'all' } }).promise());
await fails('boolean', () => s3.deleteObjects({ Bucket: 'b', Delete: { Quiet: 'yes', Objects: [] } }).promise());
await fails('structure', () => s3.putBucketTagging({ Bucket: 'b', Tagging: 'x' }).promise());
await fails('function', put({ Bucket: 'b', Key: () => 'k' }));
await fails('too new', () => new AWS.STS(client).assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/demo', RoleSessionName: 's', Tags: [], SourceIdentity: 'x' }).promise());
await fails('short', () => new AWS.STS(client).assumeRole({ RoleArn: 'x', RoleSessionName: 's' }).promise());
await fails('min, max, pattern and enum', () => new AWS.STS({ ...client, paramValidation: { min: true, max: true, pattern: true, enum: true } })
  .assumeRole({ RoleArn: 'arn:aws:iam::1:role/é', RoleSessionName: 'a b', DurationSeconds: 5, TokenCode: '1' }).promise());
await fails('enum', () => new AWS.S3({ ...client, paramValidation: { enum: true } }).putObject({ Bucket: 'b', Key: 'k', ACL: 'nobody' }).promise());
await fails('map', () => new AWS.SQS(client).sendMessage({ QueueUrl: 'q', MessageBody: 'm', MessageAttributes: { a: { StringValue: 1 } } }).promise());

// Numbers as text, dates in each form, and what is let through unvalidated.
await s3.createBucket({ Bucket: 'bucket' }).promise();
for (const Expires of [new Date(0), '2020-01-02T03:04:05Z', 86400, '86400', 'Thu, 02 Jan 2020 03:04:05 GMT']) {
  await fails(`expires ${typeof Expires}`, async () => {
    const { $response } = await s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'x', Expires }).promise();
    return $response.request.httpRequest.headers.Expires;
  });
}
show('numbers as text', (await s3.listObjectsV2({ Bucket: 'bucket', MaxKeys: '1' }).promise()).MaxKeys);
await fails('switched off', () => new AWS.S3({ ...client, paramValidation: false }).putObject({ Bucket: 'bucket', Bukket: 'x', Key: 'loose', Body: 'x' }).promise());
await fails('numbers unvalidated', () => new AWS.S3({ ...client, paramValidation: false }).listObjectsV2({ Bucket: 'bucket', MaxKeys: 1, Prefix: 5 }).promise().then(({ Prefix, MaxKeys }) => [Prefix, MaxKeys]));
const validator = new AWS.ParamValidator(true);
await fails('by hand', async () => validator.validate(s3.api.operations.getObject.input, { Bucket: 1 }));
