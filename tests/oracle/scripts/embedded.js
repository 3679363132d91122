// What the embedded AWS has: there too, all this must be the same.
const keys = settings.endpoint ? client : { region: 'us-west-2' };
const sts = new AWS.STS(keys);
const s3 = new AWS.S3(keys);
const Bucket = 'bucket';

// Ids, dates and tokens are each server's own, and moto leaves some things out.
const OWN = /^(RequestId|UploadId|LastModified|CreationDate|Initiated|Owner|Initiator|Location|AcceptRanges|VersionId|DisplayName|ServerSideEncryption|NextContinuationToken|Marker)$/;
function plain(value) {
  if (Buffer.isBuffer(value)) return value.length > 100 ? `${value.length} bytes` : value.toString();
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.keys(value).filter((key) => !OWN.test(key)).sort().map((key) => [key, plain(value[key])]));
}

async function call(label, request) {
  const data = await request.promise().catch((error) => error);
  show(label, data instanceof Error ? [data.code, data.statusCode, data.name] : plain(data));
  return data;
}
const make = (operation) => (params, label = operation) => call(label, s3[operation]({ Bucket, ...params }));
const [put, get, head, list, list1, copy, remove, removeAll] =
  ['putObject', 'getObject', 'headObject', 'listObjectsV2', 'listObjects', 'copyObject', 'deleteObject', 'deleteObjects'].map(make);

await call('assume', sts.assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/x', RoleSessionName: 'session' }).on('success', ({ data }) => {
  data.Credentials = Object.keys(data.Credentials);
  data.AssumedRoleUser = data.AssumedRoleUser.Arn;
  delete data.PackedPolicySize;
}));
await call('long session', sts.assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/x', RoleSessionName: 's'.repeat(65) }));
await call('create', s3.createBucket({ Bucket }));
await call('create again', s3.createBucket({ Bucket }));
await call('head bucket', s3.headBucket({ Bucket }));
await call('head no bucket', s3.headBucket({ Bucket: 'nowhere' }));
await call('location', s3.getBucketLocation({ Bucket }).on('success', ({ data }) => { data.Found = data.LocationConstraint; }));

for (const Key of ['a', 'a/b', 'a/b/c', 'a b+c', 'ü/😀', 'z'.repeat(1024), 'dir/', 'dir/one', 'dir/two', '%41', 'x?y#z&w']) await put({ Key, Body: Key });
await put({ Key: 'meta', Body: 'hello', ContentType: 'text/x', ContentEncoding: 'e', ContentLanguage: 'l', ContentDisposition: 'd', CacheControl: 'c', Metadata: { One: '1' }, Tagging: 'k=v' });
await put({ Key: 'empty' });
await get({ Key: 'meta' });
await head({ Key: 'meta' });
await get({ Key: 'empty' });
await get({ Key: 'none' });
await head({ Key: 'none' });
for (const Range of ['bytes=0-0', 'bytes=1-', 'bytes=-2', 'bytes=0-100', 'bytes=5-', 'bytes=9-10']) await get({ Key: 'meta', Range }, Range);
await get({ Key: 'meta', IfMatch: '"5d41402abc4b2a76b9719d911017c592"' }, 'if match');
await get({ Key: 'meta', IfMatch: '"other"' }, 'if match other');
await get({ Key: 'meta', IfNoneMatch: '"5d41402abc4b2a76b9719d911017c592"' }, 'if none match');
await get({ Key: 'meta', IfModifiedSince: new Date(Date.now() + 60e3) }, 'if modified');
await get({ Key: 'meta', IfUnmodifiedSince: new Date(0) }, 'if unmodified');
await get({ Key: 'meta', ResponseContentType: 'text/y', ResponseCacheControl: 'n' }, 'overridden');

await list({});
await list({ Prefix: 'a/' }, 'prefix');
await list({ Delimiter: '/' }, 'delimiter');
await list({ Delimiter: '/', Prefix: 'dir/' }, 'delimiter and prefix');
await list({ StartAfter: 'dir/one', MaxKeys: 2 }, 'start after');
await list({ Prefix: 'none' }, 'nothing');
await list({ EncodingType: 'url', Prefix: 'ü' }, 'encoded');
await list({ MaxKeys: 0 }, 'no keys');
await list1({ Prefix: 'dir', Delimiter: '/' }, 'v1');
await list1({ Marker: 'dir/one', Prefix: 'dir/' }, 'marker');
const pages = [];
await new Promise((resolve) => s3.listObjectsV2({ Bucket, MaxKeys: 4 }).eachPage((error, data) => {
  if (!data) return resolve();
  pages.push(data.Contents.map(({ Key }) => Key.slice(0, 10)));
  return true;
}));
show('pages', pages);

await copy({ Key: 'copied', CopySource: `${Bucket}/meta` });
await head({ Key: 'copied' }, 'copied');
await copy({ Key: 'replaced', CopySource: `/${Bucket}/a%20b%2Bc`, MetadataDirective: 'REPLACE', Metadata: { two: '2' }, ContentType: 'new/type' }, 'copy and replace');
await head({ Key: 'replaced' }, 'replaced');
await copy({ Key: 'copied', CopySource: `${Bucket}/none` }, 'copy nothing');
await copy({ Key: 'copied', CopySource: 'nowhere/none' }, 'copy from nowhere');
await call('tags', s3.getObjectTagging({ Bucket, Key: 'meta' }));
await call('put tags', s3.putObjectTagging({ Bucket, Key: 'meta', Tagging: { TagSet: [{ Key: 'x', Value: 'y' }] } }));
await call('tags then', s3.getObjectTagging({ Bucket, Key: 'meta' }));
await call('delete tags', s3.deleteObjectTagging({ Bucket, Key: 'meta' }));
await call('no tags', s3.getObjectTagging({ Bucket, Key: 'meta' }));
await call('tags of nothing', s3.getObjectTagging({ Bucket, Key: 'none' }));

const parts = s3.createMultipartUpload({ Bucket, Key: 'parts', ContentType: 'p/q', Metadata: { m: 'n' } });
const { UploadId } = await call('create upload', parts);
const upload = { Bucket, Key: 'parts', UploadId };
const one = await call('part', s3.uploadPart({ ...upload, PartNumber: 1, Body: Buffer.alloc(5 * 1024 * 1024, 'a') }));
const two = await call('part', s3.uploadPart({ ...upload, PartNumber: 2, Body: 'end' }));
await call('parts', s3.listParts(upload));
await head({ Key: 'parts' }, 'not there yet');
show('uploads', (await s3.listMultipartUploads({ Bucket }).promise()).Uploads.map(plain));
await call('wrong part', s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts: [{ PartNumber: 7, ETag: one.ETag }] } }));
await call('complete', s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts: [one, two].map(({ ETag }, n) => ({ ETag, PartNumber: n + 1 })) } }));
await head({ Key: 'parts' }, 'complete then');
await get({ Key: 'parts', Range: 'bytes=5242878-' }, 'over the edge');
const small = await s3.createMultipartUpload({ Bucket, Key: 'small' }).promise();
const smalls = [];
for (const PartNumber of [1, 2]) smalls.push({ PartNumber, ETag: (await s3.uploadPart({ Bucket, Key: 'small', UploadId: small.UploadId, PartNumber, Body: 'x' }).promise()).ETag });
await call('too small', s3.completeMultipartUpload({ Bucket, Key: 'small', UploadId: small.UploadId, MultipartUpload: { Parts: smalls } }));
await call('abort', s3.abortMultipartUpload({ Bucket, Key: 'small', UploadId: small.UploadId }));
await call('parts of nothing', s3.listParts({ Bucket, Key: 'small', UploadId: small.UploadId }));

await remove({ Key: 'none' });
await remove({ Key: 'a' });
await get({ Key: 'a' }, 'removed');
await get({ Key: 'a/b' }, 'not removed');
await call('not empty', s3.deleteBucket({ Bucket }));
await removeAll({ Delete: { Objects: [{ Key: 'a/b' }, { Key: 'none' }] } });
const left = await s3.listObjectsV2({ Bucket }).promise();
await removeAll({ Delete: { Objects: left.Contents.map(({ Key }) => ({ Key })) } }, 'all');
await call('delete bucket', s3.deleteBucket({ Bucket }));
await call('delete no bucket', s3.deleteBucket({ Bucket }));
await get({ Key: 'a' }, 'no bucket');
await list({}, 'list no bucket');
