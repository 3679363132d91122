const s3 = new AWS.S3(client);
const done = (label, request) => fails(label, () => request.promise());

await done('create', s3.createBucket({ Bucket: 'first' }));
await done('create elsewhere', new AWS.S3({ ...client, region: 'eu-west-1' }).createBucket({ Bucket: 'second', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
await done('head', s3.headBucket({ Bucket: 'first' }));
await done('list', s3.listBuckets());
await done('location', s3.getBucketLocation({ Bucket: 'first' }));
await fails('created elsewhere', () => s3.createBucket({ Bucket: 'third', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }).promise());
await done('location elsewhere', s3.getBucketLocation({ Bucket: 'second' }));
await done('acl', s3.getBucketAcl({ Bucket: 'first' }));
await done('put tags', s3.putBucketTagging({ Bucket: 'first', Tagging: { TagSet: [{ Key: 'a', Value: 'b & c' }, { Key: 'd', Value: '' }] } }));
await done('tags', s3.getBucketTagging({ Bucket: 'first' }));
await done('delete tags', s3.deleteBucketTagging({ Bucket: 'first' }));
await fails('no tags', () => s3.getBucketTagging({ Bucket: 'first' }).promise());
await done('put versioning', s3.putBucketVersioning({ Bucket: 'first', VersioningConfiguration: { Status: 'Enabled' } }));
await done('versioning', s3.getBucketVersioning({ Bucket: 'first' }));
await done('put cors', s3.putBucketCors({
  Bucket: 'first',
  CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET', 'PUT'], AllowedOrigins: ['*'], MaxAgeSeconds: 3000, ExposeHeaders: ['ETag'] }] },
}));
await done('cors', s3.getBucketCors({ Bucket: 'first' }));
await done('put lifecycle', s3.putBucketLifecycleConfiguration({
  Bucket: 'first',
  LifecycleConfiguration: { Rules: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 7 } }] },
}));
await done('lifecycle', s3.getBucketLifecycleConfiguration({ Bucket: 'first' }));
const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::first/*' }] });
await done('put policy', s3.putBucketPolicy({ Bucket: 'first', Policy: policy }));
await done('policy', s3.getBucketPolicy({ Bucket: 'first' }));
await done('delete policy', s3.deleteBucketPolicy({ Bucket: 'first' }));
await fails('no policy', () => s3.getBucketPolicy({ Bucket: 'first' }).promise());
await done('put website', s3.putBucketWebsite({ Bucket: 'first', WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' } } }));
await done('website', s3.getBucketWebsite({ Bucket: 'first' }));
await done('put encryption', s3.putBucketEncryption({
  Bucket: 'first',
  ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
}));
await done('encryption', s3.getBucketEncryption({ Bucket: 'first' }));
await done('notification', s3.getBucketNotificationConfiguration({ Bucket: 'first' }));
await done('logging', s3.getBucketLogging({ Bucket: 'first' }));
await done('public access', s3.putPublicAccessBlock({ Bucket: 'first', PublicAccessBlockConfiguration: { BlockPublicAcls: true } }));
await done('public access then', s3.getPublicAccessBlock({ Bucket: 'first' }));
await fails('exists', () => s3.createBucket({ Bucket: 'second' }).promise());
await s3.putObject({ Bucket: 'second', Key: 'k', Body: 'x' }).promise();
await fails('not empty', () => s3.deleteBucket({ Bucket: 'second' }).promise());
await s3.deleteObject({ Bucket: 'second', Key: 'k' }).promise();
await done('delete', s3.deleteBucket({ Bucket: 'second' }));
await fails('gone', () => s3.headBucket({ Bucket: 'second' }).promise());
await fails('slash', () => s3.listObjects({ Bucket: 'first/inner' }).promise());
const split = await s3.putObject({ Bucket: 'first/inner', Key: 'k', Body: 'x' }).promise();
show('slash with a key', split.$response.request.params);
