({
  // Each uses a global, or some, and gives what it always gives.
  timers: async () => {
    const order = [];
    setImmediate((a) => order.push(a), 'immediate');
    const interval = setInterval(() => order.push('interval'), 1);
    clearTimeout(setTimeout(() => order.push('never'), 1));
    await new Promise((resolve) => setTimeout(resolve, 3, 'x'));
    clearInterval(interval);
    // On a busy machine all timers may be due before the first immediate's turn.
    await new Promise((resolve) => setImmediate(resolve));
    return ['immediate', 'never', 'interval'].map((name) => order.includes(name));
  },
  console: () => {
    console.log('plain', 1, { a: [1, new Map([[1, { b: 2 }]])] });
    console.table([{ a: 1 }]);
    console.count();
    console.countReset();
    console.group('g');
    console.groupEnd();
    console.error(new Error('shown').message);
  },
  Buffer: () => [
    Buffer.from('h\u00e9llo').toString('base64'), Buffer.from('aGk=', 'base64').toString(), Buffer.concat([Buffer.from([1, 2]), Buffer.alloc(2)]).toString('hex'),
    Buffer.from('abc').equals(Buffer.from('abc')), Buffer.byteLength('\u20ac'), Buffer.from('x'.repeat(20000)).length, Buffer.from([1, 2, 3, 4]).readUInt16BE(1), Buffer.from('abcabc').indexOf('ca'),
  ],
  crypto: async () => {
    const { createHash, createHmac, createCipheriv, createDecipheriv, pbkdf2, pbkdf2Sync, randomBytes, randomUUID, timingSafeEqual } = crypto;
    const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12));
    const sealed = Buffer.concat([cipher.update('text'), cipher.final()]);
    const decipher = createDecipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12));
    decipher.setAuthTag(cipher.getAuthTag());
    return [
      createHash('sha256').update('a').digest('hex'), createHmac('sha1', 'k').update('a').digest('base64'), decipher.update(sealed, null, 'utf8') + decipher.final('utf8'),
      pbkdf2Sync('a', 'b', 1, 8, 'sha1').toString('hex'), await new Promise((resolve) => pbkdf2('a', 'b', 1, 8, 'sha1', (_, key) => resolve(key.toString('hex')))),
      randomBytes(8).length, randomUUID().length, timingSafeEqual(Buffer.from('a'), Buffer.from('a')),
    ];
  },
  signatures: async () => {
    const { privateKey, publicKey } = await new Promise((resolve, reject) =>
      crypto.generateKeyPair('ec', { namedCurve: 'P-256' }, (error, publicKey, privateKey) => (error ? reject(error) : resolve({ publicKey, privateKey }))));
    const signature = crypto.sign('sha256', Buffer.from('a'), privateKey);
    return [crypto.verify('sha256', Buffer.from('a'), publicKey, signature), publicKey.export({ type: 'spki', format: 'pem' }).split('\n')[0]];
  },
  subtle: async () => Buffer.from(await crypto.webcrypto.subtle.digest('SHA-256', Buffer.from('a'))).toString('hex'),
  zlib: async () => {
    const lib = zlib.zlib;
    const packed = await new Promise((resolve, reject) => lib.gzip('text '.repeat(100), (error, bytes) => (error ? reject(error) : resolve(bytes))));
    return [lib.gunzipSync(packed).length, lib.brotliDecompressSync(lib.brotliCompressSync('abc')).toString(), lib.inflateSync(lib.deflateSync('x')).toString()];
  },
  fetch: async () => {
    const refused = await fetch('http://127.0.0.1:9/').catch((error) => error.code);
    const headers = new Headers({ a: 'b' });
    return [refused, headers.get('a'), new Request('http://a/').url, await new Response('{"a":1}').json()];
  },
  https: () => new Promise((resolve) => https.get('https://127.0.0.1:9/').on('error', (error) => resolve(error.code))),
  AWS: async (mark) => {
    const s3 = new AWS.S3({ region: 'us-east-1', maxRetries: 0 });
    await s3.createBucket({ Bucket: 'things' }).promise().catch(() => 0);
    await s3.putObject({ Bucket: 'things', Key: 'some/thing', Body: mark }).promise();
    return (await s3.getObject({ Bucket: 'things', Key: 'some/thing' }).promise()).Body.toString() === mark;
  },
  URL: () => [new URL('/b?c=1#d', 'http://a:80/').href, new URL('http://a/?c=1').searchParams.get('c'), new URLSearchParams({ a: 1 }).toString()],
  cache: async (mark) => {
    const value = await cache.load(mark, 1000, async () => mark);
    cache.delete(mark);
    return value === mark;
  },
  errors: () => [new RetryError('a').name, new ValidationError('b').message, new DropEvent('c') instanceof Error, new EventNotSupported('d').name],
  web: async () => {
    const blob = new Blob(['abc', new Uint8Array([65])]);
    const controller = new AbortController();
    controller.abort();
    return [
      await blob.text(), await blob.slice(1, 2).text(), controller.signal.aborted, new TextDecoder().decode(new TextEncoder().encode('\u00e9')), new DOMException('a', 'AbortError').code,
      structuredClone({ a: [1] }).a[0], performance.now() > 0, new Event('a').type, typeof queueMicrotask,
    ];
  },
  streams: async () => {
    const texts = [];
    const stream = new ReadableStream({ start(controller) { controller.enqueue('a'); controller.close(); } }).pipeThrough(new TransformStream());
    for await (const chunk of stream) texts.push(chunk);
    return texts;
  },
  base64: () => [atob('aGk='), btoa('hi')],
  jsonwebtoken: () => jsonwebtoken.verify(jsonwebtoken.sign({ a: 1 }, 'k', { noTimestamp: true }), 'k').a,
  lodash: () => [_.get({ a: { b: 1 } }, 'a.b'), _.groupBy([1, 2], (n) => n % 2)],
  xml: async () => [xml({ a: [{ b: 'c' }] }), await xml2js.parseStringPromise('<a>b</a>')],
  moment: () => moment.utc(0).tz('Europe/Berlin').format(),
  uuidv5: () => uuidv5.uuidv5('a', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'),
  FormData: () => { const form = new FormData(); form.append('a', 'b'); return form.getHeaders()['content-type'].slice(0, 19); },
  OAuth: () => typeof new OAuth.OAuth2('a', 'b', 'http://c/').getAuthorizeUrl(),
})
