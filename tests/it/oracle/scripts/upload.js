const s3 = new AWS.S3(client);
const Bucket = 'bucket';
await s3.createBucket({ Bucket }).promise();
const digest = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const noise = new Uint8Array(12 * 1024 * 1024);
for (let n = 0, state = 1; n < noise.length; n++) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  noise[n] = state >>> 16;
}
const Body = Buffer.from(noise.buffer);

async function upload(label, params, options) {
  const managed = s3.upload({ Bucket, ...params }, options);
  const progress = [];
  managed.on('httpUploadProgress', (event) => progress.push(event));
  const data = await managed.promise();
  show(label, data);
  console.log(Object.keys(data), JSON.stringify(data));
  // Parts end in any order.
  show(`${label}: progress`, [progress.at(-1).loaded, progress.at(-1).total, progress.at(-1).key, [...new Set(progress.map(({ part }) => part))].sort()]);
  const got = await s3.getObject({ Bucket, Key: params.Key }).promise();
  show(`${label}: stored`, [got.ContentLength, got.ETag, got.ContentType, got.Metadata, digest(got.Body) === digest(params.Body)]);
}

await upload('small', { Key: 'small ü', Body: 'hello', ContentType: 'text/plain', Metadata: { a: 'b' } });
await upload('empty', { Key: 'empty', Body: '' });
await upload('parts', { Key: 'a folder/parts', Body, ContentType: 'application/x-noise', Metadata: { a: 'b' } });
await upload('larger parts', { Key: 'larger', Body }, { partSize: 8 * 1024 * 1024, queueSize: 1 });
await upload('tags', { Key: 'tagged', Body: 'x' }, { tags: [{ Key: 'a', Value: 'b' }] });
show('the tags', (await s3.getObjectTagging({ Bucket, Key: 'tagged' }).promise()).TagSet);

await fails('no body', async () => s3.upload({ Bucket, Key: 'k' }));
await fails('small parts', async () => s3.upload({ Bucket, Key: 'k', Body: 'x' }, { partSize: 1 }));
await fails('no bucket', () => s3.upload({ Bucket: 'nowhere', Key: 'k', Body }).promise());
await fails('digest of parts', () => s3.upload({ Bucket, Key: 'k', Body, ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }).promise());
const aborted = s3.upload({ Bucket, Key: 'aborted', Body });
const ended = aborted.promise();
aborted.abort();
await fails('aborted', () => ended);
await fails('never stored', () => s3.headObject({ Bucket, Key: 'aborted' }).promise());
const managed = new AWS.S3.ManagedUpload({ service: s3, params: { Bucket, Key: 'managed', Body: 'x' } });
show('managed', (await managed.promise()).Key);
show('uploads left', (await s3.listMultipartUploads({ Bucket }).promise()).Uploads);
