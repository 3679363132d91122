// `https`, and as far as loopback has no certificate an Agent of its protocol that says http.
const { hostname, port } = new URL(settings.vendor);
const agent = new https.Agent({ keepAlive: true, maxSockets: 5 });
console.log(agent.protocol, agent.defaultPort, agent.keepAlive, agent.maxSockets, https.globalAgent instanceof https.Agent, agent.getName({ host: 'a', port: 1 }));
const http = Object.assign(new https.Agent({ keepAlive: false }), { protocol: 'http:', defaultPort: 80 });
// Node's own agent would speak TLS.
delete https.Agent.prototype.createConnection;
console.log(Object.keys(https).sort());

const events = (emitter, names, label, list) => {
  for (const name of names) emitter.on(name, () => list.push(`${label} ${name}`));
};
const ask = (options, body, more = () => {}) =>
  new Promise((resolve) => {
    const list = [];
    const request = https.request({ protocol: 'http:', hostname, port, agent: http, ...options }, (response) => {
      events(response, ['end', 'close', 'aborted'], 'response', list);
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => setImmediate(() => resolve([response.statusCode, response.statusMessage, response.httpVersion, response.headers['content-type'], response.complete, text.slice(0, 90), list])));
    });
    events(request, ['finish', 'response', 'abort', 'timeout'], 'request', list);
    request.on('error', (error) => setImmediate(() => resolve([error.name, error.code, error.message, list])));
    more(request, resolve, list);
    if (body !== undefined) request.write(body);
    request.end();
  });

console.log(await ask({ path: '/echo?a=1&b=%20', headers: { 'X-Mixed-Case': 'yes', 'x-lower': 'grüße'.normalize('NFC').replace(/[^\x00-\xff]/g, ''), Accept: ['a', 'b'] } }));
console.log(await ask({ path: '/echo', method: 'post' }, 'body'));
console.log(await ask({ path: '/echo', method: 'PUT', headers: { 'Content-Length': 4 }, auth: 'ada:hush' }, 'body'));
console.log(await ask({ path: '/echo', method: 'DELETE' }));
console.log(await ask({ path: '/status/404' }), await ask({ path: '/status/204' }), await ask({ path: '/status/301' }));
console.log(await ask({ path: '/echo' }, undefined, (request) => {
  request.setHeader('X-foo', ['1', '2']);
  request.setHeader('X-gone', 'x');
  request.removeHeader('x-GONE');
  request.appendHeader?.('X-foo', '3');
  console.log(request.getHeader('x-FOO'), request.getHeaderNames().sort(), request.getRawHeaderNames().sort(), request.hasHeader('X-Gone'), request.method, request.path, request.host, request.protocol);
}));
console.log(await ask({ path: '/slow', timeout: 1000 }, undefined, (request) => request.on('timeout', () => request.destroy(new Error('too slow')))));
console.log(await ask({ path: '/slow' }, undefined, (request) => request.setTimeout(1000, () => request.destroy())));
console.log(await ask({ path: '/slow' }, undefined, (request) => setTimeout(() => request.abort(), 1000)));
const controller = new AbortController();
console.log(await ask({ path: '/slow', signal: controller.signal }, undefined, () => setTimeout(() => controller.abort(), 1000)));
console.log(await ask({ path: '/break' }), await ask({ path: '/half' }, undefined, (request, resolve, list) =>
  request.on('response', (response) => response.on('error', (error) => setImmediate(() => resolve([error.code, error.message, response.complete, list]))))));
// Whether a request had finished that never left is another matter.
console.log((await ask({ port: 1, path: '/' })).slice(0, 3));

const raw = await new Promise((resolve) => https.get({ protocol: 'http:', hostname, port, agent: http, path: '/cookies' }, (response) => resolve(response)));
console.log(raw.headers['set-cookie'], raw.headers['x-twice'], raw.headersDistinct['x-twice'], raw.constructor.name);
const chunks = [];
for await (const chunk of raw) chunks.push(chunk);
console.log(Buffer.concat(chunks).toString(), raw.readableEnded);
const piped = https.request({ protocol: 'http:', hostname, port, agent: http, path: '/echo', method: 'POST' });
const answered = new Promise((resolve) => piped.on('response', (response) => response.on('data', (chunk) => resolve(String(chunk)))));
zlib.zlib.createGunzip().on('data', (chunk) => piped.write(chunk)).on('end', () => piped.end()).end(zlib.zlib.gzipSync('through a stream'));
console.log(await answered);

for (const wrong of [
  () => https.request({ path: '/a b' }),
  () => https.request('http://example.com'),
  () => https.request('nonsense'),
  () => https.request({ method: 'G T' }),
  () => https.request({ headers: { 'a b': 'c' } }),
  () => https.request({ headers: { a: 'c\nd' } }),
  () => https.request({ headers: { a: undefined } }),
  () => https.request({ hostname: 5 }),
  () => https.request({ agent: 5 }),
  () => https.request({ timeout: 'x' }),
  () => {
    const request = https.request({ protocol: 'http:', hostname, port, agent: http }).on('error', () => {});
    try {
      request.write(5);
    } finally {
      request.destroy();
    }
  },
]) {
  try {
    wrong().on('error', () => {}).destroy();
    console.log('taken');
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
