const s3 = new AWS.S3(client);
await s3.createBucket({ Bucket: 'bucket' }).promise();
for (let n = 0; n < 7; n++) await s3.putObject({ Bucket: 'bucket', Key: `k${n}`, Body: 'x' }).promise();

function pages(request, stop) {
  const seen = [];
  return new Promise((resolve) => {
    request.eachPage(function (error, data) {
      if (error) seen.push(error.code);
      else if (data) seen.push((data.Contents ?? data.Items ?? data.QueueUrls ?? data.TableNames).map((item) => item.Key ?? item));
      else seen.push('end');
      if (error || !data) resolve(seen);
      if (stop && seen.length === stop) {
        setTimeout(() => resolve(seen), 50);
        return false;
      }
      return undefined;
    });
  });
}

show('v2', await pages(s3.listObjectsV2({ Bucket: 'bucket', MaxKeys: 3 })));
show('v1', await pages(s3.listObjects({ Bucket: 'bucket', MaxKeys: 3 })));
show('stopped', await pages(s3.listObjectsV2({ Bucket: 'bucket', MaxKeys: 3 }), 1));
show('failed', await pages(s3.listObjectsV2({ Bucket: 'nowhere' })));
const items = [];
await new Promise((resolve) => s3.listObjectsV2({ Bucket: 'bucket', MaxKeys: 3 }).eachItem((error, item) => {
  items.push(item && item.Key);
  if (error || !item) resolve();
}));
show('items', items);
const withDone = [];
await new Promise((resolve) => s3.listObjectsV2({ Bucket: 'bucket', MaxKeys: 3 }).eachPage((error, data, done) => {
  withDone.push(data && data.KeyCount);
  if (!data) resolve();
  setTimeout(done, 1);
}));
show('with done', withDone);

const first = await s3.listObjectsV2({ Bucket: 'bucket', MaxKeys: 5 }).promise();
show('has next', [first.$response.hasNextPage(), first.NextContinuationToken !== undefined]);
const next = await first.$response.nextPage().promise();
show('next', [next.Contents.map(({ Key }) => Key), next.$response.hasNextPage(), next.$response.nextPage()]);
show('pageable', [s3.listObjects().isPageable(), s3.getObject().isPageable()]);
await fails('not pageable', async () => s3.getObject({ Bucket: 'bucket', Key: 'k0' }).eachPage(() => {}));
show('paginator', s3.paginationConfig('listObjects'));

const dynamo = new AWS.DynamoDB(client);
for (const TableName of ['table-a', 'table-b', 'table-c']) {
  await dynamo.createTable({
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  }).promise();
}
show('tables', await pages(dynamo.listTables({ Limit: 2 })));
