const sts = new AWS.STS(client);
const assumed = await sts.assumeRole({
  RoleArn: 'arn:aws:iam::123456789012:role/archive',
  RoleSessionName: 'session',
  ExternalId: 'workspace',
  DurationSeconds: 900,
  Policy: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
}).promise();
show('assumeRole', assumed);
console.log(Object.keys(assumed), JSON.stringify(assumed), assumed.Credentials.Expiration instanceof Date);
const s3 = new AWS.S3({
  endpoint: settings.endpoint,
  region: 'us-west-2',
  s3ForcePathStyle: true,
  accessKeyId: assumed.Credentials.AccessKeyId,
  secretAccessKey: assumed.Credentials.SecretAccessKey,
  sessionToken: assumed.Credentials.SessionToken,
});
show('getCallerIdentity', await new AWS.STS({ ...client, credentials: sts.credentialsFrom(assumed, new AWS.Credentials('unused', 'not used')) }).getCallerIdentity().promise());
show('getSessionToken', await sts.getSessionToken({ DurationSeconds: 900 }).promise());

const Bucket = 'bucket';
await s3.createBucket({ Bucket }).promise();

async function both(label, operation, params) {
  const data = await s3[operation]({ Bucket, ...params }).promise();
  show(label, data);
  const { request, httpResponse, retryCount, redirectCount, error } = data.$response;
  show(`${label}: request`, [request.operation, request.httpRequest.method, request.httpRequest.path, request.httpRequest.headers, request.httpRequest.endpoint.host]);
  show(`${label}: response`, [httpResponse.statusCode, httpResponse.statusMessage, httpResponse.headers, retryCount, redirectCount, error]);
  return data;
}

await both('put', 'putObject', {
  Key: 'a folder/ü+&=~\'()*!/x.json',
  Body: JSON.stringify({ a: 1, 'ü': '😀' }),
  ContentType: 'application/json',
  ContentEncoding: 'identity',
  ContentDisposition: 'inline; filename="x.json"',
  CacheControl: 'max-age=60',
  Expires: new Date(Date.UTC(2030, 0, 2, 3, 4, 5)),
  Metadata: { Foo: 'bar', 'x-y': '1' },
  StorageClass: 'STANDARD_IA',
  Tagging: 'a=b&c=d',
  ACL: 'public-read',
});
const got = await both('get', 'getObject', { Key: 'a folder/ü+&=~\'()*!/x.json' });
show('body', [got.Body instanceof Buffer, got.Body.toString(), Object.keys(got), '$response' in got, Object.getOwnPropertyNames(got).at(-1)]);
await both('range', 'getObject', { Key: 'a folder/ü+&=~\'()*!/x.json', Range: 'bytes=1-3' });
await both('overridden', 'getObject', { Key: 'a folder/ü+&=~\'()*!/x.json', ResponseContentType: 'text/csv', ResponseCacheControl: 'no-cache' });
await both('head', 'headObject', { Key: 'a folder/ü+&=~\'()*!/x.json' });
for (const [name, Body] of Object.entries({
  empty: '',
  none: undefined,
  bytes: Buffer.from([0, 255, 128, 10, 13]),
  view: new Uint8Array([1, 2, 3, 255]).subarray(1),
})) {
  await both(`put ${name}`, 'putObject', { Key: `bodies/${name}`, Body });
  show(`got ${name}`, (await s3.getObject({ Bucket, Key: `bodies/${name}` }).promise()).Body);
}
await both('encrypted', 'putObject', {
  Key: 'encrypted',
  Body: 'secret',
  ServerSideEncryption: 'aws:kms',
  SSEKMSKeyId: 'arn:aws:kms:us-west-2:123456789012:key/1',
});
await both('tags', 'getObjectTagging', { Key: 'a folder/ü+&=~\'()*!/x.json' });
await both('put tags', 'putObjectTagging', { Key: 'bodies/empty', Tagging: { TagSet: [{ Key: 'k.=+-@', Value: 'v ü' }] } });
await both('tags then', 'getObjectTagging', { Key: 'bodies/empty' });
await both('delete tags', 'deleteObjectTagging', { Key: 'bodies/empty' });
await both('acl', 'getObjectAcl', { Key: 'bodies/empty' });
const copied = await both('copy', 'copyObject', {
  Key: 'copy',
  CopySource: `${Bucket}/bodies/bytes`,
  MetadataDirective: 'REPLACE',
  Metadata: { of: 'mine' },
});
show('hoisted', [copied.ETag, Object.keys(copied), copied.LastModified instanceof Date]);
await both('list', 'listObjects', { Prefix: 'bodies/', MaxKeys: 2 });
await both('list with delimiter', 'listObjectsV2', { Delimiter: '/', EncodingType: 'url' });
await both('list nothing', 'listObjectsV2', { Prefix: 'nothing' });
await both('start after', 'listObjectsV2', { StartAfter: 'bodies/empty', FetchOwner: true });
await both('delete', 'deleteObject', { Key: 'never there' });
await both('delete several', 'deleteObjects', { Delete: { Objects: [{ Key: 'copy' }, { Key: 'bodies/bytes' }, { Key: 'never <&> there' }] } });
await both('delete quietly', 'deleteObjects', { Delete: { Quiet: true, Objects: [{ Key: 'bodies/view' }] } });
await both('versions', 'listObjectVersions', { Prefix: 'bodies/' });
await fails('not modified', () => s3.getObject({ Bucket, Key: 'bodies/none', IfNoneMatch: '"8d7319bd5f9e3e0b1d7ee7e8e8d5a04f"', IfModifiedSince: new Date(Date.now() + 3600e3) }).promise());
await fails('precondition', () => s3.getObject({ Bucket, Key: 'bodies/none', IfMatch: '"other"' }).promise());
await fails('range', () => s3.getObject({ Bucket, Key: 'bodies/none', Range: 'bytes=100-' }).promise());

// Parts by hand.
const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'parts', Metadata: { a: 'b' } }).promise();
const part = await s3.uploadPart({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'only' }).promise();
show('part', part);
show('parts', await s3.listParts({ Bucket, Key: 'parts', UploadId }).promise());
show('uploads', await s3.listMultipartUploads({ Bucket }).promise());
show('complete', await s3.completeMultipartUpload({
  Bucket,
  Key: 'parts',
  UploadId,
  MultipartUpload: { Parts: [{ ETag: part.ETag, PartNumber: 1 }] },
}).promise());
const second = await s3.createMultipartUpload({ Bucket, Key: 'parts 2' }).promise();
show('copied part', await s3.uploadPartCopy({ Bucket, Key: 'parts 2', UploadId: second.UploadId, PartNumber: 1, CopySource: `/${Bucket}/parts` }).promise());
show('abort', await s3.abortMultipartUpload({ Bucket, Key: 'parts 2', UploadId: second.UploadId }).promise());
