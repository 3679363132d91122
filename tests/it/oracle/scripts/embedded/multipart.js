// Uploads in parts, step by step and in the wrong order.
await s3.createBucket({ Bucket }).promise();
const MIB5 = Buffer.alloc(5 * 1024 * 1024, 'a');
await s3.putObject({ Bucket, Key: 'source', Body: '0123456789' }).promise();
await s3.putObject({ Bucket, Key: 'large', Body: Buffer.concat([MIB5, Buffer.from('the end')]) }).promise();
async function begin(Key, params) {
  const { UploadId } = await call(`begin ${Key}`, s3.createMultipartUpload({ Bucket, Key, ...params }));
  return { Bucket, Key, UploadId };
}
const complete = (label, upload, Parts) => call(label, s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts } }));

const whole = await begin('whole', { ContentType: 'p/q', Metadata: { m: 'n' }, CacheControl: 'c', Tagging: 'a=b' });
await head({ Key: 'whole' }, 'not there yet');
const first = await call('part 1', s3.uploadPart({ ...whole, PartNumber: 1, Body: 'replaced below' }));
await call('part 1 again', s3.uploadPart({ ...whole, PartNumber: 1, Body: MIB5 }));
const second = await call('part 2', s3.uploadPart({ ...whole, PartNumber: 2, Body: 'end' }));
await call('part 10001', s3.uploadPart({ ...whole, PartNumber: 10001, Body: 'x' }));
await call('parts', s3.listParts(whole));
await call('one part', s3.listParts({ ...whole, MaxParts: 1 }));
await call('parts behind', s3.listParts({ ...whole, PartNumberMarker: 1 }));
await call('no parts', s3.listParts({ ...whole, MaxParts: 0 }));
await call('parts behind all', s3.listParts({ ...whole, PartNumberMarker: 9999 }));
const [one, two] = [`"${crypto.createHash('md5').update(MIB5).digest('hex')}"`, second.ETag];
await complete('the replaced part', whole, [{ PartNumber: 1, ETag: first.ETag }]);
await complete('wrong etag', whole, [{ PartNumber: 1, ETag: two }]);
await complete('no such part', whole, [{ PartNumber: 1, ETag: one }, { PartNumber: 9, ETag: two }]);
await complete('complete', whole, [{ PartNumber: 1, ETag: one }, { PartNumber: 2, ETag: two }]);
await head({ Key: 'whole' }, 'then');
await call('tags then', s3.getObjectTagging({ Bucket, Key: 'whole' }));
await get({ Key: 'whole', Range: 'bytes=-5' }, 'its end');

const gone = await begin('gone');
await call('abort', s3.abortMultipartUpload(gone));
await call('abort again', s3.abortMultipartUpload(gone));
await call('parts of what is gone', s3.listParts(gone));
await head({ Key: 'gone' });

const single = await begin('single');
const small = await call('small part', s3.uploadPart({ ...single, PartNumber: 7, Body: 'x' }));
await complete('one small part', single, [{ PartNumber: 7, ETag: small.ETag }]);
await head({ Key: 'single' });

const copied = await begin('copied');
const partCopy = (label, params) => call(label, s3.uploadPartCopy({ ...copied, CopySource: 'bucket/source', ...params }));
const all = await partCopy('copy all', { PartNumber: 1, CopySource: 'bucket/large' });
const some = await partCopy('copy some', { PartNumber: 2, CopySourceRange: 'bytes=2-4' });
await partCopy('copy from nowhere', { PartNumber: 3, CopySource: 'nowhere/none' });
await call('copied parts', s3.listParts(copied));
await complete('complete copies', copied, [{ PartNumber: 1, ETag: all.CopyPartResult.ETag }, { PartNumber: 2, ETag: some.CopyPartResult.ETag }]);
await get({ Key: 'copied', Range: 'bytes=5242880-' }, 'their end');
