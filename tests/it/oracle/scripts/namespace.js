// What `AWS` is made of, and how its parts look when they are printed.
const named = (value) => (typeof value === 'function' ? value.name.replace(/2$/, '') : ''); // a bundler's doing
console.log(AWS.VERSION, Object.keys(AWS).length);
console.log(Object.keys(AWS).join(' '));
console.log(Object.getOwnPropertyNames(AWS).filter((n) => !Object.keys(AWS).includes(n)).join(' '));
for (const name of Object.keys(AWS)) { const v = AWS[name]; console.log(name, typeof v, typeof v === 'function' ? [named(v), v.length, Object.keys(v).join(), Object.keys(v.prototype || {}).sort().join()].join('|').slice(0, 400) : v && typeof v === 'object' ? Object.keys(v).join().slice(0, 600) : v); }
for (const [name, v] of Object.entries(AWS.util).filter(([name]) => name !== 'domain')) console.log('util', name, typeof v, typeof v === 'function' ? `${v.name} ${v.length}` : v && typeof v === 'object' ? Object.keys(v).slice(0, 40).join() : v);
console.log(AWS.util.isNode(), AWS.util.isBrowser(), AWS.util.engine().replace(/v[\d.]+/, 'V'), AWS.util.userAgent().replace(/v[\d.]+/, 'V'));
console.log(AWS.util.uriEscape('a b/ü!\'()*~'), AWS.util.uriEscapePath('/a b//c/'), AWS.util.queryParamsToString({ b: 1, a: [2, 1], c: '', d: undefined }));
console.log(AWS.util.crypto.md5('x', 'hex'), AWS.util.crypto.sha256('x', 'base64'), AWS.util.crypto.hmac('k', 'x', 'hex'), AWS.util.base64.encode('ü'), AWS.util.base64.decode('w7w=').toString());
console.log(AWS.util.date.iso8601(new Date(0)), AWS.util.date.rfc822(new Date(0)), AWS.util.date.unixTimestamp(new Date(5)), AWS.util.date.from(0), AWS.util.date.from('2020-01-01'));
console.log(AWS.util.uuid.v4().length, AWS.util.string.byteLength('ü'), AWS.util.string.upperFirst('abc'), AWS.util.typeName(class X {}), AWS.util.isType({}, 'Object'), AWS.util.isType({}, Date));
console.log(AWS.S3.apiVersions, AWS.STS.apiVersions, AWS.S3.serviceIdentifier, AWS.DynamoDB.apiVersions);
const s3 = new AWS.S3(client);
console.log(s3 instanceof AWS.S3, s3 instanceof AWS.Service, s3.constructor !== AWS.S3, s3.constructor.name, AWS.S3.name, typeof s3.getSignedUrlPromise, typeof new AWS.STS().getAccessKeyInfo);
const names = []; for (const name in s3) names.push(name); console.log(names.sort().join());
const n2 = []; for (const name in new AWS.STS()) n2.push(name); console.log(n2.sort().join());
console.log(Object.keys(s3), Object.keys(s3.config).join(), JSON.stringify(Object.keys(s3.api)));
for (const f of ['putObject', 'upload', 'getSignedUrl', 'createPresignedPost', 'makeRequest', 'waitFor', 'createBucket']) console.log(f, typeof s3[f], s3[f].length, s3[f].name, String(s3[f]).length > 10);
show('endpoint', new AWS.Endpoint('https://user:pw@host.example:8443/base?x=1'));
show('endpoint2', [new AWS.Endpoint('host.example'), new AWS.Endpoint('host.example', { sslEnabled: false })]);
show('httprequest', new AWS.HttpRequest(new AWS.Endpoint('https://h.example/p'), 'eu-west-1'));
show('httpresponse', new AWS.HttpResponse());
show('config', AWS.config);
show('client', s3);
show('sts', new AWS.STS({ region: 'us-east-1' }));
show('request', s3.headBucket({ Bucket: 'b' }));
show('credentials', new AWS.Credentials('a', 'b', 'c'));
show('document', new AWS.DynamoDB.DocumentClient(client));
console.log(s3, String(s3), JSON.stringify(AWS.config));
for (const C of ['SAMLCredentials', 'CognitoIdentityCredentials', 'ProcessCredentials', 'EC2MetadataCredentials', 'RemoteCredentials', 'ECSCredentials', 'SharedIniFileCredentials', 'FileSystemCredentials', 'TokenFileWebIdentityCredentials', 'WebIdentityCredentials', 'TemporaryCredentials']) {
  try {
    const c = AWS[C] && new AWS[C](C === 'FileSystemCredentials' ? '/nowhere.json' : { RoleArn: 'arn:aws:iam::123456789012:role/x', SAMLAssertion: 'x', PrincipalArn: 'p', WebIdentityToken: 't', IdentityPoolId: 'us-east-1:x' });
    show(C, c);
    if (/Process|Shared|FileSystem/.test(C)) show(`${C}: get`, await c.getPromise().catch(({ code, syscall, errno }) => [code, syscall, errno]));
  } catch (e) { console.log(C, 'throws', e.code, e.message); }
}
console.log(AWS.Signers && Object.keys(AWS.Signers), AWS.Protocol && Object.keys(AWS.Protocol), Object.keys(AWS.XML), Object.keys(AWS.JSON), Object.keys(AWS.Model));
console.log(Object.keys(AWS.EventListeners), Object.entries(AWS.EventListeners).map(([k, v]) => [k, Object.keys(v).join(), Object.entries(v._events || {}).map(([e, l]) => `${e}:${l.length}:${l.map((x) => x.name)}`).join(' ')]));
const r = s3.getObject({ Bucket: 'b', Key: 'k' });
console.log(Object.entries(r._events).map(([e, l]) => `${e}:${l.map((x) => x.name + (x._isAsync ? '*' : ''))}`).join('\n'));
