const done = async (label, request) => {
  const data = await request.promise();
  show(label, data);
  return data;
};

const sqs = new AWS.SQS(client);
const { QueueUrl } = await done('sqs create', sqs.createQueue({ QueueName: 'queue', Attributes: { DelaySeconds: '0' } }));
await done('sqs send', sqs.sendMessage({ QueueUrl, MessageBody: 'hello ü <&>', MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' }, raw: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2, 3]) } } }));
await done('sqs batch', sqs.sendMessageBatch({ QueueUrl, Entries: [{ Id: 'a', MessageBody: '1' }, { Id: 'b', MessageBody: '2' }] }));
const received = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], AttributeNames: ['ApproximateReceiveCount'] }).promise();
show('sqs receive', received.Messages.map(({ Body, MD5OfBody, MessageAttributes, Attributes }) => [Body, MD5OfBody, MessageAttributes, Attributes]));
await done('sqs delete', sqs.deleteMessage({ QueueUrl, ReceiptHandle: received.Messages[0].ReceiptHandle }));
await done('sqs attributes', sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['DelaySeconds'] }));
await fails('sqs none', () => sqs.getQueueUrl({ QueueName: 'none' }).promise());

const sns = new AWS.SNS(client);
const { TopicArn } = await done('sns create', sns.createTopic({ Name: 'topic' }));
await done('sns publish', sns.publish({ TopicArn, Message: JSON.stringify({ a: 1 }), Subject: 's', MessageAttributes: { a: { DataType: 'Number', StringValue: '1' } } }));
await done('sns list', sns.listTopics());
await fails('sns none', () => sns.publish({ TopicArn: `${TopicArn}-none`, Message: 'x' }).promise());

const dynamo = new AWS.DynamoDB(client);
await dynamo.createTable({
  TableName: 'table',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }, { AttributeName: 'at', AttributeType: 'N' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }, { AttributeName: 'at', KeyType: 'RANGE' }],
  BillingMode: 'PAY_PER_REQUEST',
}).promise();
const documents = new AWS.DynamoDB.DocumentClient({ ...client, convertEmptyValues: true });
await done('put', documents.put({ TableName: 'table', Item: { id: 'a', at: 1, text: 'ü', empty: '', list: [1, 'b', null, true], map: { deep: { er: 1.5 } }, set: documents.createSet(['x', 'y']), bytes: Buffer.from('raw') } }));
await done('get', documents.get({ TableName: 'table', Key: { id: 'a', at: 1 } }));
await done('get nothing', documents.get({ TableName: 'table', Key: { id: 'b', at: 1 } }));
await done('update', documents.update({
  TableName: 'table',
  Key: { id: 'a', at: 1 },
  UpdateExpression: 'SET #n = if_not_exists(#n, :zero) + :one',
  ExpressionAttributeNames: { '#n': 'count' },
  ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
  ReturnValues: 'UPDATED_NEW',
}));
await done('batch write', documents.batchWrite({ RequestItems: { table: [{ PutRequest: { Item: { id: 'a', at: 2 } } }, { PutRequest: { Item: { id: 'a', at: 3 } } }] } }));
await done('query', documents.query({ TableName: 'table', KeyConditionExpression: 'id = :id AND #at > :at', ExpressionAttributeNames: { '#at': 'at' }, ExpressionAttributeValues: { ':id': 'a', ':at': 1 } }));
await done('scan', documents.scan({ TableName: 'table', Limit: 2, Select: 'COUNT' }));
await done('delete', documents.delete({ TableName: 'table', Key: { id: 'a', at: 2 }, ReturnValues: 'ALL_OLD' }));
await fails('condition', () => documents.put({ TableName: 'table', Item: { id: 'a', at: 1 }, ConditionExpression: 'attribute_not_exists(id)' }).promise());
await fails('no table', () => documents.get({ TableName: 'none', Key: { id: 1 } }).promise());
await fails('wrong type', () => documents.get({ TableName: 'table', Key: 'x' }).promise());
show('described', (await dynamo.describeTable({ TableName: 'table' }).promise()).Table.KeySchema);
show('converter', AWS.DynamoDB.Converter.marshall({ a: 1, b: [true, null], c: '' }));

const secrets = new AWS.SecretsManager(client);
const created = await secrets.createSecret({ Name: 'secret', SecretString: '{"user":"u"}' }).promise();
show('secret', [created.Name, Object.keys(created)]);
show('secret value', (await secrets.getSecretValue({ SecretId: 'secret' }).promise()).SecretString);
await fails('no secret', () => secrets.getSecretValue({ SecretId: 'none' }).promise());

const kinesis = new AWS.Kinesis(client);
await done('kinesis create', kinesis.createStream({ StreamName: 'stream', ShardCount: 1 }));
show('kinesis put', Object.keys(await kinesis.putRecord({ StreamName: 'stream', PartitionKey: 'p', Data: 'hello' }).promise()));
show('kinesis records', (await kinesis.putRecords({ StreamName: 'stream', Records: [{ PartitionKey: 'p', Data: Buffer.from('1') }, { PartitionKey: 'q', Data: '2' }] }).promise()).FailedRecordCount);
const { ShardIterator } = await kinesis.getShardIterator({ StreamName: 'stream', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }).promise();
show('kinesis get', (await kinesis.getRecords({ ShardIterator }).promise()).Records.map(({ Data }) => Data.toString()));
await fails('kinesis none', () => kinesis.putRecord({ StreamName: 'none', PartitionKey: 'p', Data: 'x' }).promise());

const s3 = new AWS.S3(client);
await s3.createBucket({ Bucket: 'delivered' }).promise();
const firehose = new AWS.Firehose(client);
await done('firehose create', firehose.createDeliveryStream({ DeliveryStreamName: 'delivery', S3DestinationConfiguration: { RoleARN: 'arn:aws:iam::123456789012:role/firehose', BucketARN: 'arn:aws:s3:::delivered' } }));
show('firehose put', Object.keys(await firehose.putRecord({ DeliveryStreamName: 'delivery', Record: { Data: 'line\n' } }).promise()));
show('firehose batch', (await firehose.putRecordBatch({ DeliveryStreamName: 'delivery', Records: [{ Data: 'a' }, { Data: Buffer.from('b') }] }).promise()).FailedPutCount);
await done('firehose list', firehose.listDeliveryStreams());

await done('lambda list', new AWS.Lambda(client).listFunctions());
await fails('lambda none', () => new AWS.Lambda(client).invoke({ FunctionName: 'none', Payload: JSON.stringify({ a: 1 }) }).promise());
const events = new AWS.CloudWatchEvents(client);
show('events', (await events.putEvents({ Entries: [{ Source: 'segment', DetailType: 'track', Detail: '{}', Time: new Date() }] }).promise()).FailedEntryCount);
const ses = new AWS.SES(client);
await done('ses verify', ses.verifyEmailIdentity({ EmailAddress: 'a@example.com' }));
show('ses send', Object.keys(await ses.sendEmail({
  Source: 'a@example.com',
  Destination: { ToAddresses: ['b@example.com'] },
  Message: { Subject: { Data: 'Hello ü' }, Body: { Text: { Data: 'text' } } },
}).promise()));
await done('ssm put', new AWS.SSM(client).putParameter({ Name: '/a/b', Value: 'v', Type: 'String' }));
show('ssm get', (await new AWS.SSM(client).getParameter({ Name: '/a/b' }).promise()).Parameter.Value);
await done('cloudwatch', new AWS.CloudWatch(client).putMetricData({ Namespace: 'n', MetricData: [{ MetricName: 'm', Value: 1, Dimensions: [{ Name: 'a', Value: 'b' }] }] }));
await done('kms', new AWS.KMS(client).listKeys());
await done('iam', new AWS.IAM(client).listUsers());
