// Copies, with what they keep and what they replace.
await s3.createBucket({ Bucket }).promise();
await put({ Key: 'source', Body: '0123456789', ContentType: 'a/b', CacheControl: 'c', Metadata: { one: '1' }, Tagging: 'a=b&c=d%20e' });
await put({ Key: 'a b+c/ü%2F?x', Body: 'odd' });
const tags = (Key) => call(`tags of ${Key}`, s3.getObjectTagging({ Bucket, Key }));

for (const CopySource of [
  'bucket/source', '/bucket/source', encodeURIComponent('bucket/source'), encodeURIComponent('/bucket/source'), encodeURI('bucket/source'),
  'bucket/a%20b%2Bc/%C3%BC%252F%3Fx', encodeURIComponent('bucket/a b+c/ü%2F?x'), 'bucket/source?versionId=null', 'bucket/none', 'nowhere/none',
]) {
  await copy({ Key: 'copy', CopySource }, `copy ${CopySource}`);
}
await copy({ Key: 'plain', CopySource: 'bucket/source', Metadata: { two: '2' }, ContentType: 'x/y', Tagging: 'x=y' }, 'without a directive');
await head({ Key: 'plain' });
await tags('plain');
await copy({ Key: 'other', CopySource: 'bucket/source', MetadataDirective: 'REPLACE', Metadata: { two: '2' }, ContentType: 'x/y', TaggingDirective: 'REPLACE', Tagging: 'x=y' }, 'all replaced');
await head({ Key: 'other' });
await tags('other');
await copy({ Key: 'bare', CopySource: 'bucket/source', MetadataDirective: 'REPLACE' }, 'replaced by nothing');
await head({ Key: 'bare' });
await copy({ Key: 'source', CopySource: 'bucket/source' }, 'onto itself');
await copy({ Key: 'source', CopySource: 'bucket/source', MetadataDirective: 'COPY', Metadata: { three: '3' } }, 'onto itself with metadata');
await copy({ Key: 'source', CopySource: 'bucket/source', MetadataDirective: 'REPLACE', Metadata: { three: '3' } }, 'onto itself and replaced');
await head({ Key: 'source' });
await tags('source');
await copy({ Key: 'source', CopySource: 'bucket/source', StorageClass: 'STANDARD_IA' }, 'onto itself in another class');
await head({ Key: 'source' });
await copy({ Key: 'encrypted', CopySource: 'bucket/source', ServerSideEncryption: 'AES256' }, 'encrypted');
await put({ Key: 'archived', Body: 'x', StorageClass: 'GLACIER' });
await head({ Key: 'archived' });
await get({ Key: 'archived' });
await copy({ Key: 'restored', CopySource: 'bucket/archived' }, 'from the archive');
await put({ Key: 'k', Body: 'x', StorageClass: 'NO_CLASS' }, 'no such class');

const set = (label, TagSet) => call(label, s3.putObjectTagging({ Bucket, Key: 'source', Tagging: { TagSet } }));
await set('two tags', [{ Key: 'a', Value: '' }, { Key: 'b', Value: 'c d' }]);
await tags('source');
await set('eleven tags', Array.from({ length: 11 }, (_, n) => ({ Key: `k${n}`, Value: 'v' })));
await set('long key', [{ Key: 'k'.repeat(129), Value: '' }]);
await set('long value', [{ Key: 'k', Value: 'v'.repeat(257) }]);
await set('system tag', [{ Key: 'aws:x', Value: 'v' }]);
await set('characters', [{ Key: 'a&b', Value: 'v' }]);
await tags('source');
await put({ Key: 'k', Tagging: 'aws:x=y' }, 'system tag in a header');
await put({ Key: 'k', Tagging: Array.from({ length: 11 }, (_, n) => `k${n}=v`).join('&') }, 'eleven tags in a header');
await call('tags for nothing', s3.putObjectTagging({ Bucket, Key: 'none', Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }));
