const failing = async (label, attempt) => {
  try {
    console.log(label, await attempt());
  } catch (error) {
    console.log(label, error.name, error.type, error.code, error.errno, error.message, error.constructor.name);
  }
};
const at = (path) => settings.vendor + path;
const first = await fetch(at('/echo?q=%C3%A9'), { headers: { 'X-a': '1' } });
console.log(first.ok, first.status, first.statusText, first.redirected, first.headers.get('Content-Type'), first.size, first.timeout);
const copy = first.clone();
console.log(...(await Promise.all([copy.json(), first.text()])).map((seen) => seen.url ?? seen.length));
for (const read of ['json', 'text', 'buffer', 'arrayBuffer', 'blob', 'textConverted']) {
  await failing(read, async () => {
    const value = await (await fetch(at('/form-of-json'))).clone()[read]();
    return [value?.constructor?.name, value.size ?? value.byteLength ?? value];
  });
}
await failing('gzip', async () => (await fetch(at('/gzip'))).text());
await failing('not compressed', async () => (await (await fetch(at('/gzip'), { compress: false, headers: { 'Accept-Encoding': 'gzip' } })).buffer()).subarray(0, 2));
await failing('bad gzip', async () => (await fetch(at('/bad-gzip'))).text());
await failing('bad json', async () => (await fetch(at('/text'))).json());
await failing('twice', async () => {
  const response = await fetch(at('/text'));
  await response.text();
  return response.text();
});
await failing('size', async () => (await fetch(at('/text'), { size: 3 })).text());
await failing('timeout', () => fetch(at('/slow'), { timeout: 1000 }));
await failing('body timeout', async () => (await fetch(at('/trickle'), { timeout: 1000 })).text());
await failing('abort', () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 1000);
  return fetch(at('/slow'), { signal: controller.signal });
});
await failing('refused', () => fetch('http://127.0.0.1:1/'));
await failing('no such host', async () => fetch('http://nothing.invalid/').catch((error) => [error.name, error.type, error.message.replace(/EAI_AGAIN/, 'ENOTFOUND')]));
await failing('relative', () => fetch('/x'));
await failing('scheme', () => fetch('ftp://example.com'));
await failing('get with body', () => fetch(at('/echo'), { body: 'x' }));
await failing('broken', () => fetch(at('/break')));
for (const redirect of ['follow', 'manual', 'error']) {
  await failing(redirect, async () => {
    const response = await fetch(at('/redirect/2'), { redirect });
    return [response.status, response.redirected, response.url.replace(settings.vendor, ''), response.headers.get('location')?.replace(settings.vendor, '')];
  });
}
await failing('follow 1', () => fetch(at('/redirect/2'), { follow: 1 }));
await failing('loop', () => fetch(at('/loop'), { follow: 3 }));
for (const status of [301, 302, 303, 307]) {
  await failing(status, async () => {
    const { method, body } = await (await fetch(at(`/redirected/${status}`), { method: 'POST', body: 'kept?' })).json();
    return [method, body];
  });
}
await failing('stream redirected', () => fetch(at('/redirected/307'), { method: 'POST', body: zlib.zlib.createGzip().end('x') }));
const bodies = {
  text: 'grüße',
  buffer: Buffer.from([1, 2, 255]),
  bytes: new Uint8Array([3, 4]),
  params: new URLSearchParams({ a: '1 2', b: 'é' }),
  object: { a: 1 },
  number: 5,
  stream: zlib.zlib.createGzip().end('zipped'),
};
for (const [name, body] of Object.entries(bodies)) {
  await failing(name, async () => {
    const seen = await (await fetch(at('/echo'), { method: 'post', body })).json();
    return [seen.method, seen.headers['content-type'], seen.headers['content-length'], seen.headers['transfer-encoding'], name === 'stream' ? seen.body.length : seen.body];
  });
}
const headers = new Headers([['a', '1'], ['B', '2'], ['a', '3']]);
headers.append('c', ' x ');
console.log([...headers], headers.raw(), headers.get('A'), headers.has('b'), [...headers.keys()]);
for (const wrong of [() => new Headers({ 'a b': '1' }), () => new Headers({ a: 'é€' }), () => new Headers([['a']]), () => new Headers(5), () => new Request('x'), () => new Response().json()]) {
  await failing('wrong', async () => wrong());
}
const request = new Request(at('/echo'), { method: 'patch', body: 'x', headers });
console.log(request.method, request.headers.get('content-type'), request.redirect, request.follow, request.compress, request.clone().url === request.url);
await failing('request', async () => (await (await fetch(request)).json()).method);
const made = new Response('{"a":1}', { status: 201, statusText: 'Made', headers: { x: 'y' } });
console.log(made.ok, made.status, made.headers.get('x'), await made.json(), made.bodyUsed);
console.log(new Response('x'), (await fetch(at('/text'))).body.constructor.name);
const cookies = await fetch(at('/cookies'));
console.log(cookies.headers.get('set-cookie'), cookies.headers.raw()['set-cookie']);
const chunks = [];
for await (const chunk of (await fetch(at('/trickle'))).body) chunks.push(String(chunk));
console.log(chunks.join(''));
console.log(Object.keys(fetch).sort(), fetch.name, Response.name, fetch.isRedirect(301), fetch.isRedirect(200));
