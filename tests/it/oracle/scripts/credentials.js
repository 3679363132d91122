const shown = (credentials) => [credentials.constructor.name, Object.keys(credentials), credentials.accessKeyId, credentials.sessionToken, credentials.expired, credentials.needsRefresh()];
show('static', shown(new AWS.Credentials('a', 'b', 'c')));
show('from options', shown(new AWS.Credentials({ accessKeyId: 'a', secretAccessKey: 'b' })));
show('from a config', shown(new AWS.Credentials({ credentials: { accessKeyId: 'x', secretAccessKey: 'y' } })));
console.log(JSON.stringify(new AWS.Credentials('a', 'b')), 'secretAccessKey' in new AWS.Credentials('a', 'b'));
await new AWS.Credentials('a', 'b').getPromise();
await fails('static never refresh', () => new AWS.Credentials().getPromise());
const due = new AWS.Credentials('a', 'b');
due.expireTime = new Date(Date.now() + 10000);
show('expiry window', [due.needsRefresh(), due.expiryWindow]);
due.expireTime = new Date(Date.now() + 20000);
show('not yet', due.needsRefresh());

const RoleArn = 'arn:aws:iam::123456789012:role/archive';
const master = new AWS.Credentials('AKIDMASTER', 'a master\'s secret key');
AWS.config.update({ region: 'us-west-2', sts: { endpoint: settings.endpoint }, credentials: master });
const temporary = new AWS.TemporaryCredentials({ RoleArn });
show('temporary', [shown(temporary), temporary.params, temporary.masterCredentials === master]);
await temporary.getPromise();
show('temporary then', [Object.keys(temporary), /^ASIA/.test(temporary.accessKeyId), temporary.expireTime instanceof Date, temporary.needsRefresh()]);
const chained = new AWS.ChainableTemporaryCredentials({ params: { RoleArn, RoleSessionName: 'chained' }, masterCredentials: temporary });
show('chained', Object.keys(chained));
await chained.getPromise();
show('chained then', [/^ASIA/.test(chained.accessKeyId), chained.accessKeyId !== temporary.accessKeyId]);
const s3 = new AWS.S3({ endpoint: settings.endpoint, s3ForcePathStyle: true, credentials: chained });
await s3.createBucket({ Bucket: 'bucket' }).promise();
show('used', (await s3.listBuckets().promise()).Buckets.map(({ Name }) => Name));
chained.expired = true;
const before = chained.accessKeyId;
await s3.listBuckets().promise();
show('refreshed', chained.accessKeyId !== before);

const web = new AWS.WebIdentityCredentials({ RoleArn, WebIdentityToken: 'token', RoleSessionName: 'web' });
await web.getPromise();
show('web identity', [Object.keys(web), /^ASIA/.test(web.accessKeyId), Object.keys(web.data)]);
await fails('no token code', () => new AWS.ChainableTemporaryCredentials({ params: { RoleArn, SerialNumber: 'mfa' } }).getPromise());
await fails('refused', () => new AWS.ChainableTemporaryCredentials({ params: { RoleArn }, stsConfig: { endpoint: 'http://127.0.0.1:1', maxRetries: 0 } }).getPromise());
await fails('environment', () => new AWS.EnvironmentCredentials('NOTHING').getPromise());
show('environment fields', Object.keys(new AWS.EnvironmentCredentials('NOTHING')));

const chain = new AWS.CredentialProviderChain([
  () => new AWS.EnvironmentCredentials('NOTHING'),
  new AWS.Credentials('AKIDCHAIN', 'a second secret key'),
]);
show('chain', shown(await chain.resolvePromise()));
await fails('empty chain', () => new AWS.CredentialProviderChain([]).resolvePromise());
await fails('failing chain', () => new AWS.CredentialProviderChain([() => new AWS.EnvironmentCredentials('NOTHING')]).resolvePromise());
const provided = new AWS.S3({ endpoint: settings.endpoint, s3ForcePathStyle: true, credentials: null, credentialProvider: chain });
show('provided', [(await provided.listBuckets().promise()).Buckets.length, provided.config.credentials.accessKeyId]);
const plain = new AWS.S3({ endpoint: settings.endpoint, s3ForcePathStyle: true, credentials: { accessKeyId: 'AKIDPLAIN', secretAccessKey: 'a plain secret key' } });
show('plain object', (await plain.listBuckets().promise()).$response.request.httpRequest.headers.Authorization.slice(0, 40));

class Mine extends AWS.Credentials {
  refresh(done) {
    this.accessKeyId = 'AKIDMINE';
    this.secretAccessKey = 'a secret key of mine';
    this.expired = false;
    done();
  }
}
const mine = new Mine();
mine.expired = true;
await new AWS.S3({ endpoint: settings.endpoint, s3ForcePathStyle: true, credentials: mine }).listBuckets().promise();
show('of mine', mine.accessKeyId);
