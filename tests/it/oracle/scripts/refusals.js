// Of a server that checks signatures, tokens and policies. Its keys are in the settings.
const { writer, role } = settings;
const base = { endpoint: settings.endpoint, region: 'us-west-2', s3ForcePathStyle: true };
const who = (keys) => new AWS.STS({ ...base, ...keys }).getCallerIdentity().promise().then(({ Arn }) => Arn);

await fails('the user', () => who(writer));
await fails('wrong secret', () => who({ ...writer, secretAccessKey: 'b'.repeat(40) }));
await fails('unknown key', () => who({ ...writer, accessKeyId: 'AKIDUNKNOWN' }));
await fails('unwanted token', () => who({ ...writer, sessionToken: 'unwanted' }));
await fails('not allowed', () => new AWS.S3({ ...base, ...writer }).putObject({ Bucket: 'events-archive', Key: 'k', Body: 'x' }).promise());

const sts = new AWS.STS({ ...base, ...writer });
await fails('no such role', () => sts.assumeRole({ RoleArn: `${role}-not`, RoleSessionName: 's' }).promise().then(() => 'assumed'));
const { Credentials } = await sts.assumeRole({ RoleArn: role, RoleSessionName: 's' }).promise();
const keys = { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken };
const put = (changes) => new AWS.S3({ ...base, ...keys, ...changes })
  .putObject({ Bucket: 'events-archive', Key: 'refusals/k +ü', Body: 'x', Metadata: { a: 'b' }, ContentType: 'text/plain' }).promise();

await fails('put', () => put({}));
await fails('put with a wrong secret', () => put({ secretAccessKey: 'b'.repeat(40) }));
await fails('put with an unknown key', () => put({ accessKeyId: 'AKIDUNKNOWN' }));
await fails('put with a wrong token', () => put({ sessionToken: 'wrong' }));
await fails('put without the token', () => put({ sessionToken: undefined }));
await fails('get', () => new AWS.S3({ ...base, ...keys }).getObject({ Bucket: 'events-archive', Key: 'refusals/k +ü' }).promise());
await fails('head', () => new AWS.S3({ ...base, ...keys }).headObject({ Bucket: 'events-archive', Key: 'refusals/k +ü' }).promise());
await fails('list', () => new AWS.S3({ ...base, ...keys }).listObjectsV2({ Bucket: 'events-archive' }).promise());
await fails('another service', () => new AWS.SQS({ ...base, ...keys }).listQueues().promise());
await fails('another service with a wrong secret', () => new AWS.DynamoDB({ ...base, ...keys, secretAccessKey: 'b'.repeat(40) }).listTables().promise());
const upload = new AWS.S3({ ...base, ...keys }).upload({ Bucket: 'events-archive', Key: 'refusals/parts', Body: Buffer.alloc(6 * 1024 * 1024) });
await fails('parts', () => upload.promise());
await fails('presigned', async () => {
  const s3 = new AWS.S3({ ...base, ...keys, signatureVersion: 'v4' });
  return [s3.getSignedUrl('putObject', { Bucket: 'events-archive', Key: 'k' }).replace(/=[^&]+/g, '=')];
});
