// What can be a body, what a request then looks like, and how it fails.
const s3 = new AWS.S3({ ...client, endpoint: settings.wire, maxRetries: 0 });
const { PassThrough, Readable } = { PassThrough: AWS.util.stream.PassThrough, Readable: AWS.util.stream.Readable };

async function attempt(label, request) {
  const progress = [];
  request.on('httpUploadProgress', ({ loaded, total }) => progress.push([loaded, total]));
  const result = await request.promise().then((data) => data, (error) => [error.code, error.message, error.statusCode, error.retryable, error.name]);
  show(label, [result, progress.at(-1), typeof request.httpRequest.headers['Content-Length']]);
  console.log(JSON.stringify(await (await fetch(`${settings.wire}/log`)).json(), null, 1));
}

const bytes = Uint8Array.from([0, 255, 128, 10, 13, 65, 66, 67]);
const bodies = {
  'string': 'hé漢',
  'lone surrogate': 'a\ud800b',
  'empty string': '',
  'buffer': Buffer.from('buffer'),
  'empty buffer': Buffer.alloc(0),
  'part of a buffer': Buffer.from('0123456789').subarray(2, 5),
  'Uint8Array': bytes,
  'Uint16Array': new Uint16Array(bytes.buffer),
  'Float64Array': new Float64Array([1.5]),
  'DataView': new DataView(bytes.buffer, 1, 3),
  'ArrayBuffer': bytes.buffer,
  'null': null,
  'undefined': undefined,
  'number': 5,
  'boolean': true,
  'object': { a: 1 },
  'array': [1, 2],
  'date': new Date(0),
  'String object': new String('boxed'),
  'function': () => 1,
};
for (const [name, Body] of Object.entries(bodies)) await attempt(name, s3.putObject({ Bucket: 'b', Key: 'k', Body }));
for (const [name, Body] of Object.entries(bodies)) await attempt(`unvalidated ${name}`, new AWS.S3({ ...client, endpoint: settings.wire, maxRetries: 0, paramValidation: false }).putObject({ Bucket: 'b', Key: 'k', Body }));

await attempt('too long', s3.putObject({ Bucket: 'b', Key: 'k', Body: 'abc', ContentLength: 3, ContentType: 'text/plain', ContentMD5: 'kAFQmDzST7DWlj99KOF/cg==' }));
await attempt('get with a body', s3.getObject({ Bucket: 'b', Key: 'k' }).on('build', ({ httpRequest }) => { httpRequest.body = 'sent with GET'; }));
await attempt('delete with a body', s3.deleteObject({ Bucket: 'b', Key: 'k' }).on('build', ({ httpRequest }) => { httpRequest.body = 'sent with DELETE'; }));
await attempt('other method', s3.getObject({ Bucket: 'b', Key: 'k' }).on('build', ({ httpRequest }) => { httpRequest.method = 'POST'; }));
await attempt('numeric header', s3.putObject({ Bucket: 'b', Key: 'k', Body: 'x' }).on('build', ({ httpRequest }) => { httpRequest.headers['X-Number'] = 5; httpRequest.headers['X-Empty'] = ''; httpRequest.headers['x-spaces'] = '  a   b '; }));
await attempt('undefined header', s3.putObject({ Bucket: 'b', Key: 'k', Body: 'x' }).on('build', ({ httpRequest }) => { httpRequest.headers['X-Undefined'] = undefined; }));
await attempt('latin header', s3.putObject({ Bucket: 'b', Key: 'k', Body: 'x', Metadata: { name: 'é' } }));
await attempt('line break', s3.putObject({ Bucket: 'b', Key: 'k', Body: 'x', Metadata: { name: 'a\nb' } }));
await attempt('header name', s3.putObject({ Bucket: 'b', Key: 'k', Body: 'x', Metadata: { 'a b': 'c' } }));
await attempt('odd names', s3.putObject({ Bucket: 'b', Key: 'k', Body: 'x', Metadata: { 'UPPER-Case': 'V', under_score: 'v', 'dotted.name': 'v' } }));
await attempt('query', s3.getObject({ Bucket: 'b', Key: 'k' }).on('build', ({ httpRequest }) => { httpRequest.path += '?x-id=GetObject&b=2&a=1&a=0&empty=&flag&sp=a%20b&plus=a+b'; }));
await attempt('dots', s3.getObject({ Bucket: 'b', Key: '../a/./b//c?d#e%20f' }));
await attempt('own host', s3.putObject({ Bucket: 'b', Key: 'k', Body: 'x' }).on('afterBuild', ({ httpRequest }) => { httpRequest.headers.Host = 'example.com'; }));
await attempt('own agent', new AWS.S3({ ...client, endpoint: settings.wire, customUserAgent: 'mine/1' }).putObject({ Bucket: 'b', Key: 'k', Body: 'x' }));

const stream = (...chunks) => {
  const made = new PassThrough();
  for (const chunk of chunks) made.write(chunk);
  made.end();
  return made;
};
for (const [name, make] of Object.entries({
  'stream': () => stream('ab', Buffer.from('cd')),
  'readable': () => new Readable({ read() { this.push('once'); this.push(null); } }),
  'stream with a length': () => Object.assign(stream('abcd'), { length: 4 }),
})) {
  await attempt(`${name}: put`, s3.putObject({ Bucket: 'b', Key: 'k', Body: make() }));
  await attempt(`${name}: put with its length`, s3.putObject({ Bucket: 'b', Key: 'k', Body: make(), ContentLength: 4 }));
  // Signed in version 2, the body is not read before it is sent.
  const older = new AWS.S3({ ...client, endpoint: settings.wire, maxRetries: 0, signatureVersion: 's3' });
  await attempt(`${name}: older`, older.putObject({ Bucket: 'b', Key: 'k', Body: make(), ContentLength: 4 }));
  await attempt(`${name}: upload`, s3.upload({ Bucket: 'b', Key: 'k', Body: make() }).service.putObject({ Bucket: 'b', Key: 'k', Body: 'x' }));
  const managed = await s3.upload({ Bucket: 'b', Key: 'k', Body: make(), ContentType: 'text/plain' }).promise().then((data) => data, (error) => [error.code, error.message]);
  show(`${name}: managed`, managed);
  console.log(JSON.stringify(await (await fetch(`${settings.wire}/log`)).json(), null, 1));
}
