// Conditional reads, copies and ranges.
await s3.createBucket({ Bucket }).promise();
const { ETag } = await put({ Key: 'k', Body: '0123456789', ContentType: 'text/x' });
await put({ Key: 'empty' });
const past = new Date(Date.UTC(2001, 0, 1));
const future = new Date(Date.now() + 60e3);

const conditions = {
  match: { IfMatch: ETag },
  'match other': { IfMatch: '"other"' },
  'none match': { IfNoneMatch: ETag },
  'none match other': { IfNoneMatch: '"other"' },
  'modified since past': { IfModifiedSince: past },
  'modified since future': { IfModifiedSince: future },
  'unmodified since past': { IfUnmodifiedSince: past },
  'unmodified since future': { IfUnmodifiedSince: future },
  'match and unmodified since future': { IfMatch: ETag, IfUnmodifiedSince: future },
  'none match and modified since past': { IfNoneMatch: ETag, IfModifiedSince: past },
  'match other and unmodified since future': { IfMatch: '"other"', IfUnmodifiedSince: future },
};
for (const [label, condition] of Object.entries(conditions)) {
  await get({ Key: 'k', ...condition }, `get ${label}`);
  await head({ Key: 'k', ...condition }, `head ${label}`);
}
for (const condition of [
  { CopySourceIfMatch: ETag },
  { CopySourceIfNoneMatch: ETag },
  { CopySourceIfNoneMatch: '"other"' },
  { CopySourceIfModifiedSince: past },
  { CopySourceIfUnmodifiedSince: future },
]) await copy({ Key: 'copy', CopySource: 'bucket/k', ...condition }, `copy ${Object.keys(condition)}`);
await get({ Key: 'none', IfMatch: ETag }, 'nothing to match');
await get({ Key: 'none', IfNoneMatch: ETag }, 'nothing to match not');

for (const Range of ['bytes=0-0', 'bytes=2-4', 'bytes=-1', 'bytes=-100', 'bytes=5-', 'bytes=9-', 'bytes=0-100', 'bytes=0-99999999999999999999',
  'bytes=-0', 'bytes=10-', 'bytes=10-11', 'bytes=99999999999999999999-', 'bytes=0-1,3-4', 'bytes=0-1, 20-', 'bytes=4-2', 'bytes=', 'bytes=a-b']) {
  await get({ Key: 'k', Range }, `get ${Range}`);
  await head({ Key: 'k', Range }, `head ${Range}`);
}
for (const Range of ['bytes=0-0', 'bytes=0-']) await get({ Key: 'empty', Range }, `nothing ${Range}`);
await get({ Key: 'k', Range: 'bytes=1-2', IfMatch: '"other"' }, 'range and match other');
await get({ Key: 'k', PartNumber: 1 }, 'part 1');
await head({ Key: 'k', PartNumber: 1 }, 'head of part 1');
await get({ Key: 'k', ResponseContentType: 'a/b', ResponseContentLanguage: 'l', ResponseExpires: past, ResponseCacheControl: 'c', ResponseContentDisposition: 'd', ResponseContentEncoding: 'e' }, 'all overridden');
