// Requests signed by hand, sent again, listened to at each stage, paged, and retried.
const s3 = new AWS.S3(client);
const Bucket = 'bucket';
await s3.createBucket({ Bucket }).promise();
await s3.putObject({ Bucket, Key: 'k', Body: 'hello' }).promise();
const random = Math.random; Math.random = () => 0.5;
// Signed by the function itself, for a server that speaks no protocol of AWS.
const req = new AWS.HttpRequest(new AWS.Endpoint(settings.wire), 'eu-west-1');
req.method = 'POST'; req.path = '/index/_doc/1?x=1'; req.body = JSON.stringify({ a: 'ü' });
req.headers.Host = '127.0.0.1'; req.headers['Content-Type'] = 'application/json'; req.headers['Content-Length'] = Buffer.byteLength(req.body);
const signer = new AWS.Signers.V4(req, 'es');
signer.addAuthorization(new AWS.Credentials(client.accessKeyId, client.secretAccessKey), new Date());
show('es headers', Object.keys(req.headers));
show('es', await new Promise((resolve, reject) => {
  const http = new AWS.HttpClient();
  const stream = http.handleRequest(req, null, (response) => {
    let body = ''; response.on('data', (c) => (body += c)); response.on('end', () => resolve([response.statusCode, body, response.constructor.name, typeof stream.abort]));
  }, reject);
}));
console.log(JSON.stringify(await (await fetch(`${settings.wire}/log`)).json()));
show('es refused', await new Promise((resolve) => {
  const r = new AWS.HttpRequest('http://127.0.0.1:1/', 'x'); AWS.HttpClient.getInstance().handleRequest(r, {}, resolve, (e) => resolve([e.code, e.message]));
}));
show('es timeout', await new Promise((resolve) => {
  const r = new AWS.HttpRequest(settings.silent + '/', 'x'); new AWS.NodeHttpClient().handleRequest(r, { timeout: 100 }, resolve, (e) => resolve([e.code, e.message]));
}));
// Built and signed by the package, and sent by somebody else.
const unsent = new AWS.S3({ ...client, endpoint: settings.wire }).putObject({ Bucket: 'b', Key: 'a b', Body: 'x', Metadata: { n: '1' } });
await new Promise((resolve) => unsent.build(resolve));
const { method, path, body, headers } = unsent.httpRequest;
show('built', [method, path, body, headers]);
const { 'Content-Length': length, Host, ...others } = headers;
await fetch(settings.wire + path, { method, body, headers: others });
console.log((await (await fetch(`${settings.wire}/log`)).json())[0].signature);
// Used again.
const r1 = s3.getObject({ Bucket, Key: 'k' });
show('promise twice', [await r1.promise().then((d) => d.ETag), await r1.promise().then((d) => d.ETag, (e) => e.message)]);
await fails('promise after', () => r1.promise());
const r2 = s3.getObject({ Bucket, Key: 'k' });
show('send returns', [r2.send((e, d) => {}) === r2.response, r2.response.constructor.name]);
await new Promise((r) => setTimeout(r, 300));
show('sent without callback', [r2.response.data.ETag, r2.response.hasNextPage(), r2.isPageable()]);
await fails('sendSync', async () => { const r3 = s3.listBuckets(); r3.runTo(); return r3.response.data; });
show('presign', [s3.getObject({ Bucket, Key: 'k' }).isPresigned()]);
await fails('presign call', () => new Promise((resolve, reject) => s3.getObject({ Bucket, Key: 'k' }).presign(100, (e, u) => e ? reject(e) : resolve(u.replace(/Signature=[^&]*|Expires=\d+/g, '')))));
// Listeners that take their time.
const order = [];
const r4 = s3.getObject({ Bucket, Key: 'k' });
for (const e of ['validate', 'build', 'afterBuild', 'sign', 'send', 'validateResponse', 'extractData', 'success', 'complete']) {
  r4.onAsync(e, function (a, done) { if (typeof done !== 'function') done = arguments[arguments.length - 1]; order.push(`${e} start`); setTimeout(() => { order.push(`${e} end`); done(); }, 5); });
}
show('async', [(await Promise.race([r4.promise(), new Promise((r) => setTimeout(r, 1500, {}))])).ETag, order]);
// Listeners put first, and taken away.
const r5 = s3.headBucket({ Bucket });
const first = []; r5.on('send', () => first.push('b')); r5.on('send', () => first.push('a'), true);
const gone = () => first.push('never'); r5.on('complete', gone); r5.removeListener('complete', gone);
r5.on('complete', function () { first.push(this === r5); });
await r5.promise(); show('head', first);
r5.removeAllListeners(); show('all gone', r5._events);
// Items and pages.
const items = [];
await s3.putObject({ Bucket, Key: 'k2', Body: 'x' }).promise();
await new Promise((resolve) => s3.listObjects({ Bucket, MaxKeys: 1 }).eachItem((err, item) => { items.push([err, item && item.Key]); if (!item) resolve(); }));
show('items', items);
const pages = []; await new Promise((resolve) => s3.listObjectsV2({ Bucket, MaxKeys: 1 }).eachPage((err, page, done) => { pages.push(page && page.Contents.map((c) => c.Key)); if (!page) return resolve(); setTimeout(done, 1); }));
show('pages', pages);
// How often, and after what delays.
for (const options of [{}, { retryDelayOptions: { base: 30 } }, { maxRetries: 2, retryDelayOptions: { base: 0 } }, { maxRetries: 1 }, { maxRetries: 0 }, { retryDelayOptions: { customBackoff: (n) => n * 2 } }, { retryDelayOptions: { customBackoff: () => -1 } }, { retryDelayOptions: { customBackoff: () => 'x' } }]) {
  for (const S of [AWS.S3, AWS.STS, AWS.DynamoDB]) {
    if (S === AWS.DynamoDB && (options.retryDelayOptions||{}).base===30 || S === AWS.DynamoDB && !options.retryDelayOptions && options.maxRetries === undefined) continue;
    const service = new S({ ...client, endpoint: `${settings.faults}/empty-500`, ...options });
    const delays = [];
    const method = { s3: 'listBuckets', sts: 'getCallerIdentity', dynamodb: 'listTables' }[S.serviceIdentifier];
    const r = service[method]();
    r.on('afterRetry', (resp) => delays.push(resp.error && resp.error.retryDelay), true);
    const e = await r.promise().catch((x) => x);
    show(`${S.serviceIdentifier} ${JSON.stringify(options)}`, [r.response.retryCount, r.response.maxRetries, delays, e.code, e.message, service.numRetries(), service.retryDelays(2)]);
  }
}
Math.random = random;
