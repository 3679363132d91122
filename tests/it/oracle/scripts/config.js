show('config', AWS.config);
show('version', AWS.VERSION);
show('names', Object.keys(AWS).sort().join(' '));
show('util', Object.keys(AWS.util).sort().join(' '));
show('operations', [Object.keys(AWS.S3.prototype), Object.keys(new AWS.S3().api.operations).sort().join(' '), Object.keys(new AWS.STS().api.operations).join(' ')]);
const s3 = new AWS.S3(client);
show('service', [Object.keys(s3), AWS.S3.apiVersions, AWS.S3.serviceIdentifier, s3.serviceIdentifier, s3.constructor === AWS.S3, s3 instanceof AWS.S3, s3 instanceof AWS.Service]);
show('service config', s3.config);
show('endpoint', s3.endpoint);
show('absent', [typeof s3.getSignedUrlPromise, typeof new AWS.STS().getAccessKeyInfo, typeof AWS.EventBridge, typeof AWS.SSO]);

AWS.config.update({ region: 'eu-west-1', maxRetries: 1, unknown: 5, httpOptions: { timeout: 7000 }, s3: { s3ForcePathStyle: true, params: { Bucket: 'global' } } });
show('updated', [AWS.config.region, AWS.config.maxRetries, AWS.config.unknown, AWS.config.httpOptions, AWS.config.s3]);
AWS.config.update({ httpOptions: { connectTimeout: 300 }, unknown: 6 }, true);
show('merged', [AWS.config.httpOptions, AWS.config.unknown]);
const global = new AWS.S3();
show('inherited', [global.config.region, global.config.maxRetries, global.config.s3ForcePathStyle, global.config.params, global.endpoint.href]);
show('overridden', new AWS.S3({ region: 'us-east-1', params: { Bucket: 'own' } }).config.params);
AWS.config.update({ accessKeyId: 'AKIDGLOBAL', secretAccessKey: 'secret', sessionToken: 'token' });
show('global credentials', [AWS.config.credentials.constructor.name, AWS.config.credentials.accessKeyId, new AWS.SQS().config.credentials.accessKeyId, AWS.config.accessKeyId]);
AWS.config.apiVersions = { s3: '2006-03-01', dynamodb: '2011-12-05' };
show('versions', [new AWS.DynamoDB({ region: 'us-east-1' }).api.apiVersion, new AWS.S3().api.apiVersion]);
AWS.config.setPromisesDependency(null);
show('promises', s3.listBuckets().promise().constructor === Promise);
AWS.config.setPromisesDependency(Promise);
s3.config.update({ region: 'ap-south-1' });
show('after update', [s3.config.region, s3.endpoint.href, s3.setEndpoint('https://example.com/base'), s3.endpoint.href, s3.endpoint.path]);
show('config object', [new AWS.Config({ region: 'x' }).region, Object.keys(new AWS.Config()).length]);
show('loadFromPath', typeof AWS.config.loadFromPath);

AWS.config.apiVersions = {};
for (const region of [undefined, 'us-east-1', 'us-west-2', 'eu-central-1', 'ap-northeast-1', 'cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'me-south-1']) {
  AWS.config.region = region;
  const endpoints = ['S3', 'STS', 'SQS', 'SNS', 'Kinesis', 'Firehose', 'Lambda', 'DynamoDB', 'SecretsManager', 'CloudWatchEvents', 'SES', 'IAM', 'Route53']
    .map((name) => { const service = new AWS[name](); return `${service.endpoint.href} ${service.isGlobalEndpoint} ${service.config.signatureVersion}`; });
  show(`region ${region}`, endpoints);
}
AWS.config.region = 'us-west-2';
for (const options of [{ useAccelerateEndpoint: true }, { useDualstack: true }, { sslEnabled: false }, { endpoint: 's3.example.com' }, { endpoint: '{service}.{region}.example.com' }, { endpoint: new AWS.Endpoint('http://localhost:9000') }, { s3BucketEndpoint: true, endpoint: 'https://b.example.com' }]) {
  const made = new AWS.S3({ ...options, params: {} });
  const request = made.getObject({ Bucket: 'my-bucket', Key: 'k' });
  request.build(() => {});
  show('addressing', [Object.keys(options), made.endpoint.href, request.httpRequest.endpoint?.host, request.httpRequest.path, request.response.error?.code]);
}
AWS.config.s3 = {};
for (const Bucket of ['simple', 'with.dots', 'UPPER', 'under_score', 'ab', '192.168.0.1', 'a..b']) {
  for (const options of [{}, { sslEnabled: false }, { s3ForcePathStyle: true }]) {
    const request = new AWS.S3(options).getObject({ Bucket, Key: 'a/../b//c d' });
    request.build(() => {});
    console.log(Bucket, JSON.stringify(options), request.httpRequest.endpoint.host, request.httpRequest.path);
  }
}
// Every service can be made.
const made = Object.keys(AWS).filter((name) => AWS[name]?.serviceIdentifier).map((name) => {
  const service = new AWS[name]({ region: 'us-west-2', endpoint: 'https://example.com' });
  return `${name} ${service.api.apiVersion} ${service.api.protocol} ${Object.keys(service.api.operations).length}`;
});
show('services', made.join('\n'));
