const s3 = new AWS.S3(client);
const Bucket = 'bucket';
await s3.createBucket({ Bucket }).promise();
await s3.putObject({ Bucket, Key: 'k', Body: 'hello '.repeat(50000) }).promise();

const stream = s3.getObject({ Bucket, Key: 'k' }).createReadStream();
const chunks = [];
for await (const chunk of stream) chunks.push(chunk);
show('read', [Buffer.isBuffer(chunks[0]), Buffer.concat(chunks).length, Buffer.concat(chunks).subarray(0, 12).toString()]);

const events = [];
await new Promise((resolve) => {
  const failing = s3.getObject({ Bucket, Key: 'none' }).createReadStream();
  failing.on('data', () => events.push('data'));
  failing.on('end', () => events.push('end'));
  failing.on('error', (error) => {
    events.push([error.code, error.statusCode, error.message]);
    resolve();
  });
});
show('failing', events);

// Piped: an object read is the body of another.
const source = s3.getObject({ Bucket, Key: 'k' }).createReadStream();
const copied = await s3.upload({ Bucket, Key: 'piped', Body: source }).promise();
show('piped', [copied.Key, (await s3.headObject({ Bucket, Key: 'piped' }).promise()).ContentLength]);
await fails('unsized', () => s3.putObject({ Bucket, Key: 'unsized', Body: s3.getObject({ Bucket, Key: 'k' }).createReadStream() }).promise());
await fails('sized', () => s3.putObject({ Bucket, Key: 'sized', ContentLength: 300000, Body: s3.getObject({ Bucket, Key: 'k' }).createReadStream() }).promise());
