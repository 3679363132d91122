// What aws-sdk takes by itself in Node, without a socket: the processor's time in ms, where every answer is there at once.
//
//   node aws.cjs case      a role taken and an object put, after both were done once before
//   node aws.cjs COUNT     an object put, as the mean of so many
const { EventEmitter } = require('node:events');
const { Readable } = require('node:stream');
const AWS = require('aws-sdk');

const ROLE = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAOFNOBODY</AccessKeyId><SecretAccessKey>none</SecretAccessKey><SessionToken>none</SessionToken>
<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

AWS.NodeHttpClient.prototype.handleRequest = function answer({ endpoint }, options, callback) {
  const isSts = endpoint.hostname.startsWith('sts.');
  const headers = isSts ? { 'content-type': 'text/xml' } : { etag: '"of-nobody"', 'content-length': '0' };
  const message = Object.assign(new Readable({ read() {} }), { statusCode: 200, headers });
  process.nextTick(() => {
    callback(message);
    message.emit('headers', 200, headers, 'OK');
    if (isSts) message.push(ROLE);
    message.push(null);
  });
  return Object.assign(new EventEmitter(), { abort() {} });
};

const event = {
  type: 'track',
  event: 'Product Added',
  messageId: 'm-1',
  userId: 'user-1',
  properties: { product_id: 'p-1', price: 9.99, quantity: 2, tags: ['a', 'internal', 'b'] },
};
const region = 'us-east-1';

const put = (s3, i) =>
  s3
    .putObject({
      Bucket: 'archive',
      Key: `track/${i}.json`,
      Body: JSON.stringify(event),
      ContentType: 'application/json',
    })
    .promise();

async function useBoth() {
  const sts = new AWS.STS({ region, credentials: new AWS.Credentials('of-nobody', 'none') });
  const role = { RoleArn: 'arn:aws:iam::123456789012:role/of-nobody', ExternalId: 'x', RoleSessionName: 'none' };
  const { Credentials } = await sts.assumeRole(role).promise();
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials;
  const credentials = new AWS.Credentials(AccessKeyId, SecretAccessKey, SessionToken);
  await put(new AWS.S3({ region, credentials }), 1);
}

async function putMany(count) {
  const s3 = new AWS.S3({ region, credentials: new AWS.Credentials('of-nobody', 'none', 'none') });
  for (let i = 0; i < count; i++) await put(s3, i);
}

async function main([what]) {
  if (what === 'case') await useBoth();
  const before = process.cpuUsage();
  if (what === 'case') await useBoth();
  else await putMany(Number(what));
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1000 / (Number(what) || 1));
}
main(process.argv.slice(2));
