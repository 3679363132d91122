// Where moto answers otherwise than AWS's documentation says (or not at all), the embedded AWS follows the
// documentation: each line tells the call, and what AWS answers.
const s3 = new AWS.S3({ region: 'us-west-2' });
const Bucket = 'bucket';
const past = new Date(Date.UTC(2001, 0, 1));
const future = new Date(Date.now() + 60e3);
const differences = [];
let count = 0;
async function answers(expected, operation, params) {
  const withKey = /Bucket$|Buckets|^list(Object|Multi)|deleteObjects|Bucket[A-Z]/.test(operation) ? {} : { Key: 'k' };
  const data = await s3[operation]({ Bucket, ...withKey, ...params }).promise().catch((error) => error);
  const actual = data instanceof Error ? `${data.statusCode} ${data.code}` : String(data.$response.httpResponse.statusCode);
  if (actual !== expected) differences.push([operation, params, expected, actual]);
  count += 1;
  return data;
}

for (const name of ['Bad_Name', 'UPPER', 'a..b', '192.168.1.1', 'xn--abc', '-ab', 'ab-', 'a_b', 'ab', 'a'.repeat(64)]) {
  await answers('400 InvalidBucketName', 'createBucket', { Bucket: name });
}
await answers('400 InvalidBucketName', 'getObject', { Bucket: 'Bad_Name' });

const { ETag } = await answers('200', 'putObject', { Body: '0123456789' });
await answers('200', 'getObject', { IfMatch: '*' });
await answers('304 NotModified', 'getObject', { IfNoneMatch: '*' });
await answers('304 NotModified', 'headObject', { IfNoneMatch: `W/${ETag}` });
// An ETag says more than a time.
await answers('200', 'getObject', { IfMatch: ETag, IfUnmodifiedSince: past });
await answers('200', 'getObject', { IfNoneMatch: '"other"', IfModifiedSince: future });
for (const condition of [{ CopySourceIfMatch: '"other"' }, { CopySourceIfModifiedSince: future }, { CopySourceIfUnmodifiedSince: past }, { CopySourceIfNoneMatch: '*' }]) {
  await answers('412 PreconditionFailed', 'copyObject', { CopySource: 'bucket/k', Key: 'copy', ...condition });
}
for (const Range of ['bytes', 'items=0-1', 'bytes= 1-2']) await answers('200', 'getObject', { Range });
await answers('416 InvalidPartNumber', 'getObject', { PartNumber: 2 });
await answers('400 InvalidArgument', 'getObject', { PartNumber: 0 });
await answers('400 InvalidRequest', 'getObject', { PartNumber: 1, Range: 'bytes=0-1' });
await answers('200', 'putObject', { Key: 'empty' });
await answers('416 InvalidRange', 'getObject', { Key: 'empty', Range: 'bytes=-1' });

const md5 = (text) => crypto.createHash('md5').update(text).digest('base64');
await answers('400 BadDigest', 'putObject', { Key: 'digest', Body: 'hello', ContentMD5: md5('other') });
await answers('400 InvalidDigest', 'putObject', { Key: 'digest', Body: 'hello', ContentMD5: 'AAAA' });
await answers('200', 'putObject', { Key: 'digest', Body: 'hello', ContentMD5: md5('hello') });
await answers('400 KeyTooLongError', 'putObject', { Key: 'k'.repeat(1025), Body: 'x' });
await answers('400 MetadataTooLarge', 'putObject', { Key: 'metadata', Metadata: { a: 'x'.repeat(2048) } });
await answers('200', 'putObject', { Key: 'metadata', Metadata: { a: 'x'.repeat(2047) } });
await answers('400 InvalidArgument', 'putObject', { Key: 'acl', ACL: 'anybody' });
await answers('400 InvalidEncryptionAlgorithmError', 'putObject', { Key: 'encrypted', ServerSideEncryption: 'ROT13' });
await answers('400 InvalidRequest', 'putObject', { Key: 'locked', ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: future });

const own = (key) => ({ SSECustomerAlgorithm: 'AES256', SSECustomerKey: key.repeat(32) });
const source = (key) => ({ CopySource: 'bucket/own', CopySourceSSECustomerAlgorithm: 'AES256', CopySourceSSECustomerKey: key.repeat(32) });
const stored = await answers('200', 'putObject', { Key: 'own', Body: 'secret', ...own('k') });
if (stored.SSECustomerKeyMD5 !== md5('k'.repeat(32))) differences.push(['SSECustomerKeyMD5', stored]);
await answers('200', 'getObject', { Key: 'own', ...own('k') });
await answers('400 InvalidRequest', 'getObject', { Key: 'own' });
await answers('403 AccessDenied', 'getObject', { Key: 'own', ...own('q') });
await answers('400 InvalidRequest', 'getObject', own('k'));
await answers('400 InvalidRequest', 'copyObject', { Key: 'copy', CopySource: 'bucket/own' });
await answers('403 AccessDenied', 'copyObject', { Key: 'copy', ...source('q') });
await answers('200', 'copyObject', { Key: 'copy', ...source('k') });
await answers('200', 'getObject', { Key: 'copy' });
await answers('400 InvalidArgument', 'putObject', { Key: 'short', SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'short' });
await answers('400 InvalidArgument', 'putObject', { Key: 'no-algorithm', SSECustomerKey: 'k'.repeat(32) });
await answers('400 InvalidEncryptionAlgorithmError', 'putObject', { Key: 'other', ...own('k'), SSECustomerAlgorithm: 'DES' });
await answers('400 InvalidArgument', 'putObject', { Key: 'both', ...own('k'), ServerSideEncryption: 'AES256' });
const encrypted = await answers('200', 'createMultipartUpload', { Key: 'parts', ...own('k') });
const part = { Key: 'parts', UploadId: encrypted.UploadId, PartNumber: 1, Body: 'x' };
await answers('400 InvalidRequest', 'uploadPart', part);
await answers('400 InvalidRequest', 'uploadPart', { ...part, ...own('q') });
await answers('200', 'uploadPart', { ...part, ...own('k') });

const begun = await answers('200', 'createMultipartUpload', { Key: 'upload' });
const upload = { Key: 'upload', UploadId: begun.UploadId };
await answers('200', 'uploadPart', { ...upload, PartNumber: 2, Body: 'x' });
const kept = await answers('200', 'uploadPart', { ...upload, PartNumber: 1, Body: 'x' });
await answers('400 BadDigest', 'uploadPart', { ...upload, PartNumber: 1, Body: 'y', ContentMD5: md5('other') });
await answers('400 InvalidArgument', 'uploadPart', { ...upload, PartNumber: 0, Body: 'x' });
await answers('404 NoSuchUpload', 'uploadPart', { ...upload, Key: 'other', PartNumber: 1, Body: 'x' });
await answers('404 NoSuchUpload', 'uploadPart', { ...upload, UploadId: 'never', PartNumber: 1, Body: 'x' });
for (const CopySourceRange of ['bytes=0-10', 'bytes=5-', 'bytes=-3', 'bytes=4-2', '0-1', 'bytes=10-11']) {
  await answers('400 InvalidArgument', 'uploadPartCopy', { ...upload, PartNumber: 3, CopySource: 'bucket/k', CopySourceRange });
}
await answers('400 InvalidArgument', 'uploadPartCopy', { ...upload, PartNumber: 10001, CopySource: 'bucket/k' });
await answers('404 NoSuchKey', 'uploadPartCopy', { ...upload, PartNumber: 3, CopySource: 'bucket/none' });
await answers('412 PreconditionFailed', 'uploadPartCopy', { ...upload, PartNumber: 3, CopySource: 'bucket/k', CopySourceIfMatch: '"other"' });
const parts = (...numbers) => ({ ...upload, MultipartUpload: { Parts: numbers.map((PartNumber) => ({ PartNumber, ETag: kept.ETag })) } });
await answers('400 MalformedXML', 'completeMultipartUpload', upload);
await answers('400 InvalidPartOrder', 'completeMultipartUpload', parts(2, 1));
await answers('400 InvalidPartOrder', 'completeMultipartUpload', parts(1, 1));
await answers('400 EntityTooSmall', 'completeMultipartUpload', parts(1, 2));
await answers('400 InvalidArgument', 'completeMultipartUpload', parts(0));
await answers('200', 'completeMultipartUpload', parts(2));
const got = await answers('206', 'getObject', { Key: 'upload', PartNumber: 1 });
if (got.PartsCount !== 1 || got.ContentRange !== 'bytes 0-0/1') differences.push(['a part', got]);
await answers('404 NoSuchUpload', 'completeMultipartUpload', parts(2));
await answers('404 NoSuchUpload', 'abortMultipartUpload', upload);

// A marker comes with a delimiter only; without one, the last key is it.
const page = await answers('200', 'listObjects', { MaxKeys: 1 });
if (!page.IsTruncated || 'NextMarker' in page) differences.push(['first page', page]);
const pages = [];
await new Promise((resolve) => s3.listObjects({ Bucket, MaxKeys: 3 }).eachPage((error, data) => {
  if (data) pages.push(...data.Contents.map(({ Key }) => Key));
  else resolve();
  return Boolean(data);
}));
const { Contents } = await answers('200', 'listObjectsV2', {});
if (pages.join() !== Contents.map(({ Key }) => Key).join() || pages.length < 6) differences.push(['pages', pages]);
await answers('400 MalformedXML', 'deleteObjects', { Delete: { Objects: Array.from({ length: 1001 }, (_, n) => ({ Key: `k${n}` })) } });
const quiet = await answers('200', 'deleteObjects', { Delete: { Quiet: true, Objects: [{ Key: 'empty' }, { Key: 'none' }] } });
if (quiet.Deleted.length) differences.push(['quiet', quiet.Deleted]);
await answers('400 InvalidArgument', 'listObjectsV2', { MaxKeys: -1 });
await answers('400 InvalidArgument', 'listObjects', { EncodingType: 'rot13' });
await answers('400 InvalidArgument', 'listObjectsV2', { ContinuationToken: 'never given' });
await answers('400 InvalidArgument', 'listParts', { Key: 'parts', UploadId: encrypted.UploadId, MaxParts: -1 });
const tags = (...keys) => ({ Tagging: { TagSet: keys.map((Key) => ({ Key, Value: 'v' })) } });
await answers('400 InvalidTag', 'putObjectTagging', tags('a', 'a'));
await answers('400 InvalidTag', 'putObjectTagging', tags(''));
await answers('200', 'putObjectTagging', tags());
await answers('404 NoSuchKey', 'deleteObjectTagging', { Key: 'none' });
await answers('400 InvalidArgument', 'getObject', { VersionId: 'never' });
await answers('200', 'getObject', { VersionId: 'null' });

// What isn't there says so by its name, and not as if it had done something.
for (const [operation, params] of [
  ['getObjectAcl', {}], ['putObjectAcl', { ACL: 'private' }], ['getBucketAcl', {}], ['putBucketAcl', { ACL: 'private' }],
  ['getBucketVersioning', {}], ['putBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } }], ['listObjectVersions', {}],
  ['getBucketTagging', {}], ['getBucketPolicy', {}], ['getBucketCors', {}], ['getObjectRetention', {}], ['restoreObject', { RestoreRequest: { Days: 1 } }],
]) {
  const params_ = /Bucket|Versions/.test(operation) ? { ...params } : params;
  const error = await answers('501 NotImplemented', operation, params_);
  if (!new RegExp(operation, 'i').test(error.message)) differences.push([operation, error.message]);
}
show('differences', differences);
console.log(count, 'answers');
