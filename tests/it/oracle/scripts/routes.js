// Which way a request takes: certificates, agents, proxies, and what else of httpOptions Node reads.
const local = settings.wire.replace('127.0.0.1', 'localhost');
const secure = local.replace('http:', 'https:');
const retries = { maxRetries: 0 };

async function attempt(label, options, params = {}, operation = 'putObject') {
  await fails(label, async () => {
    const s3 = new AWS.S3({ ...client, ...retries, ...options });
    return s3[operation]({ Bucket: 'bucket', Key: 'a key', Body: 'x', ...params }).promise().catch((error) => {
      // What only OpenSSL knows of a certificate, and a stream's insides.
      for (const name of ['reason', 'host', 'cert', 'object']) delete error[name];
      // Node's own errors have other stacks.
      if (/agent|Protocol|altnames/.test(error.message)) return [error.code, error.message, error.retryable, error.name];
      throw error;
    });
  });
  const log = await (await fetch(`${settings.wire}/log`)).json();
  console.log(JSON.stringify(log, null, 1));
}

const { ca } = settings;
await attempt('unknown authority', { endpoint: secure });
await attempt('its authority', { endpoint: secure, httpOptions: { ca } });
await attempt('its authority as bytes', { endpoint: secure, httpOptions: { ca: [Buffer.from(ca)] } });
await attempt('unchecked', { endpoint: secure, httpOptions: { rejectUnauthorized: false } });
await attempt('agent with authority', { endpoint: secure, httpOptions: { agent: new https.Agent({ ca }) } });
await attempt('agent unchecked', { endpoint: secure, httpOptions: { agent: new https.Agent({ rejectUnauthorized: false }) } });
await attempt('agent kept alive', { endpoint: secure, httpOptions: { agent: new https.Agent({ ca, keepAlive: true, maxSockets: 2 }) } });
show('another name', await new AWS.S3({ ...client, ...retries, endpoint: secure.replace('localhost', '127.0.0.1'), httpOptions: { ca } }).listBuckets().promise()
  .catch(({ code, message, statusCode, retryable }) => [code, message, statusCode, retryable]));
await attempt('server name', { endpoint: secure.replace('localhost', '127.0.0.1'), httpOptions: { ca, servername: 'localhost' } });
await attempt('wrong agent', { endpoint: local, httpOptions: { agent: new https.Agent() } });
await attempt('no agent', { endpoint: local, httpOptions: { agent: false } });
await attempt('number for an agent', { endpoint: local, httpOptions: { agent: 5 } });
await attempt('plain on tls', { endpoint: settings.silent.replace('http:', 'https:'), httpOptions: { timeout: 300 } });
await attempt('buckets as hosts', { endpoint: secure, httpOptions: { ca }, s3ForcePathStyle: false });

// Over https, the body is not signed, and may be a stream.
const stream = (...chunks) => {
  const made = new AWS.util.stream.PassThrough();
  for (const chunk of chunks) made.write(chunk);
  made.end();
  return made;
};
const trusted = { endpoint: secure, httpOptions: { ca } };
await attempt('stream', trusted, { Body: stream('ab', 'cd') });
await attempt('stream with its length', trusted, { Body: stream('ab', 'cd'), ContentLength: 4 });
await attempt('stream, signed', { ...trusted, s3DisableBodySigning: false }, { Body: stream('ab', 'cd'), ContentLength: 4 });
await attempt('string, signed', { ...trusted, s3DisableBodySigning: false });
await attempt('no digest', { ...trusted, computeChecksums: false });
await attempt('customer key', trusted, { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'thirty-two bytes of a secret key' });
await attempt('customer key as bytes', trusted, { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32, 200) });
await attempt('customer key to copy', trusted, { Body: undefined, CopySource: 'bucket/x', CopySourceSSECustomerAlgorithm: 'AES256', CopySourceSSECustomerKey: Buffer.alloc(32, 7), SSECustomerKey: 'k', SSECustomerAlgorithm: 'AES256' }, 'copyObject');
const managed = new AWS.S3({ ...client, ...trusted }).upload({ Bucket: 'bucket', Key: 'managed', Body: stream('ef', 'gh') });
const progress = [];
managed.on('httpUploadProgress', (event) => progress.push(event));
show('upload', [await managed.promise(), progress.at(-1)]);
console.log(JSON.stringify(await (await fetch(`${settings.wire}/log`)).json(), null, 1));

// A proxy is given the whole address, and sees all of it.
for (const proxy of [settings.wire, `${settings.wire}/ignored`, settings.wire.replace('//', '//user:password@'), settings.wire.replace('http://', '')]) {
  await attempt(`proxy ${proxy.replace(settings.wire, 'URL')}`, { endpoint: 'http://storage.example', sslEnabled: false, httpOptions: { proxy } });
}
const httpOptions = { proxy: settings.wire };
await attempt('proxy to a port', { endpoint: 'http://storage.example:9000', httpOptions });
await attempt('proxy to https', { endpoint: 'https://storage.example', httpOptions });
await attempt('proxy over https', { endpoint: 'http://storage.example', httpOptions: { proxy: secure, ca } });
await attempt('no proxy', { endpoint: 'http://storage.example', httpOptions: { proxy: 'http://127.0.0.1:1' } });
await attempt('proxy with an agent', { endpoint: 'https://storage.example', httpOptions: { ...httpOptions, agent: new https.Agent() } });
const sqs = new AWS.SQS({ ...client, ...retries, endpoint: 'http://queue.example', httpOptions });
await fails('proxy of another service', () => sqs.listQueues().promise());
await fails('proxy of sts', () => new AWS.STS({ ...client, ...retries, endpoint: 'http://sts.example', httpOptions }).getCallerIdentity().promise());
console.log(JSON.stringify(await (await fetch(`${settings.wire}/log`)).json(), null, 1));
