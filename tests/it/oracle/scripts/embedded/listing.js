// Both listings, with all that can be asked of them.
await s3.createBucket({ Bucket }).promise();
for (const Key of ['a', 'a/b', 'a/b/c', 'a/c', 'ab', 'b//x', 'b/', 'c d+e', 'dir/', 'dir/1', 'dir/2', 'dir2/3', 'e%2Ff', 'photos/2006/January/1.jpg', 'photos/2006/February/2.jpg', 'sample.jpg', 'z', '日本']) {
  await s3.putObject({ Bucket, Key, Body: Key, StorageClass: Key === 'z' ? 'STANDARD_IA' : 'STANDARD' }).promise();
}
async function both(label, params) {
  const { StartAfter, ...others } = params;
  await list1({ ...others, Marker: StartAfter }, `${label} (1)`);
  await list(params, `${label} (2)`);
}
await both('all', {});
for (const Delimiter of ['/', 'b', '/b', '', 'nowhere']) await both(`delimiter ${Delimiter}`, { Delimiter });
for (const Prefix of ['', 'a', 'a/', 'dir', '/', 'none', 'photos/2006/', 'c d+']) {
  await both(`prefix ${Prefix}`, { Prefix });
  await both(`prefix ${Prefix} and delimiter`, { Prefix, Delimiter: '/' });
}
for (const StartAfter of ['a', 'a/', 'a/b', 'b', 'dir/', 'zz', '~']) {
  await both(`after ${StartAfter}`, { StartAfter });
  await both(`after ${StartAfter} with a prefix`, { StartAfter, Prefix: 'dir' });
}
for (const MaxKeys of [0, 1, 2, 5, 1000]) {
  await list({ MaxKeys }, `at most ${MaxKeys}`);
  await list({ MaxKeys, Delimiter: '/' }, `at most ${MaxKeys} with a delimiter`);
}
await list({ EncodingType: 'url', Prefix: '日' }, 'encoded');
await list({ FetchOwner: true, MaxKeys: 1 }, 'owner');

for (const [operation, params] of [
  ['listObjectsV2', {}], ['listObjectsV2', { Delimiter: '/' }], ['listObjectsV2', { Prefix: 'dir' }], ['listObjectsV2', { StartAfter: 'dir/' }],
]) {
  for (const MaxKeys of [1, 2, 3, 7]) {
    const pages = [];
    await new Promise((resolve) => s3[operation]({ Bucket, MaxKeys, ...params }).eachPage((error, data) => {
      if (!data) return resolve();
      pages.push([...data.Contents.map(({ Key }) => Key), ...data.CommonPrefixes.map(({ Prefix }) => Prefix)].join(' '));
      return true;
    }));
    show(`${operation} ${JSON.stringify(params)} by ${MaxKeys}`, pages);
  }
}

await removeAll({ Delete: { Objects: [{ Key: 'a' }, { Key: 'none' }, { Key: 'a/b' }] } }, 'some and none');
await removeAll({ Delete: { Objects: [{ Key: 'z' }, { Key: 'z' }] } }, 'one twice');
await removeAll({ Delete: { Objects: [] } }, 'nothing');
await list({}, 'what is left');
await call('delete nowhere', s3.deleteObjects({ Bucket: 'nowhere', Delete: { Objects: [{ Key: 'a' }] } }));
await call('list nowhere', s3.listObjects({ Bucket: 'nowhere' }));
await call('uploads nowhere', s3.listMultipartUploads({ Bucket: 'nowhere' }));
