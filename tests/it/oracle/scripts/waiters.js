const s3 = new AWS.S3(client);
await s3.createBucket({ Bucket: 'bucket' }).promise();
const quick = { $waiter: { delay: 0.01, maxAttempts: 3 } };

show('exists', await s3.waitFor('bucketExists', { Bucket: 'bucket', ...quick }).promise());
setTimeout(() => s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'x' }).send(), 30);
show('appears', Object.keys(await s3.waitFor('objectExists', { Bucket: 'bucket', Key: 'k', $waiter: { delay: 0.02, maxAttempts: 100 } }).promise()));
show('does not exist', await s3.waitFor('objectNotExists', { Bucket: 'bucket', Key: 'none', ...quick }).promise());
show('no bucket', await s3.waitFor('bucketNotExists', { Bucket: 'nowhere', ...quick }).promise());
await fails('never', () => s3.waitFor('objectExists', { Bucket: 'bucket', Key: 'none', ...quick }).promise());
await fails('stays', () => s3.waitFor('bucketNotExists', { Bucket: 'bucket', ...quick }).promise());
await fails('unknown', async () => s3.waitFor('bucketPainted', {}));
await fails('missing', () => s3.waitFor('objectExists', { Bucket: 'bucket', ...quick }).promise());
const waiting = s3.waitFor('objectExists', { Bucket: 'bucket', Key: 'none', ...quick });
const seen = [];
waiting.on('retry', ({ retryCount, error }) => seen.push([retryCount, error.code, error.retryable]));
const failed = await waiting.promise().catch((error) => error);
show('attempts', [seen, failed.code, failed.originalError, waiting.response.retryCount]);

const dynamo = new AWS.DynamoDB(client);
await dynamo.createTable({
  TableName: 'table',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
}).promise();
show('table', (await dynamo.waitFor('tableExists', { TableName: 'table', ...quick }).promise()).Table.TableStatus);
