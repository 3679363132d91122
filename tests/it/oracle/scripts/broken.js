// Answers that come in pieces, late, or break off: what a request sees of them, and in which order.
const EVENTS = ['sign', 'httpHeaders', 'httpData', 'httpDownloadProgress', 'httpDone', 'httpError', 'extractData', 'extractError', 'retry', 'success', 'error', 'complete'];
const options = { ...client, endpoint: settings.faults, maxRetries: 2, retryDelayOptions: { customBackoff: () => 1 }, httpOptions: { timeout: 1000, connectTimeout: 1000 } };
const s3 = new AWS.S3(options);

// What hangs with the real package, too, is not waited for long.
const HANGS = ['get cut-length', 'get cut-chunks', 'list in pieces'];

async function attempt(label, request) {
  const limit = HANGS.includes(label) ? 2000 : 20_000;
  const events = [];
  for (const event of EVENTS) {
    request.on(event, (arg) => events.push(event === 'httpData' ? `${event} ${arg}` : event === 'httpDownloadProgress' ? `${event} ${JSON.stringify(arg)}` : event));
  }
  const result = await Promise.race([
    request.promise().then((data) => ({ data }), (error) => ({ error })),
    new Promise((resolve) => setTimeout(resolve, limit, 'hangs')),
  ]);
  show(label, [result, events]);
  const { httpResponse, retryCount } = request.response;
  show(`${label}: response`, [retryCount, httpResponse.statusCode, httpResponse.statusMessage, Object.keys(httpResponse), httpResponse.headers]);
}

for (const fault of ['pieces', 'chunked-pieces', 'slow-pieces', 'slow-head', 'slow-error', 'cut-length', 'cut-chunks', 'cut-head', 'no-text',
  'no-text-either', 'latin-header', 'status-299', 'status-300', 'status-302', 'status-599', 'status-429', 'bandwidth', 'continue', 'early-hints', 'xml-declared', 'relative']) {
  await attempt(`get ${fault}`, s3.getObject({ Bucket: fault, Key: 'k' }));
}
await attempt('list in pieces', s3.listObjectsV2({ Bucket: 'pieces' }));
await attempt('sts text', new AWS.STS({ ...options, endpoint: `${settings.faults}/no-text` }).getCallerIdentity());

// The same as streams.
const streams = { 'pieces': 0, 'cut-length': 0, 'slow-pieces': 0, 'empty-403': 0, 'denied': 0, 'empty-200': 0, 'flaky': 0 };
await Promise.all(Object.keys(streams).map(async (fault) => {
  const events = [];
  const request = s3.getObject({ Bucket: fault, Key: fault === 'flaky' ? 'stream' : 'k' });
  const stream = request.createReadStream();
  for (const event of ['data', 'end', 'error', 'close', 'finish']) {
    stream.on(event, (arg) => events.push(`${event} ${arg instanceof Error ? `${arg.code}: ${arg.message}` : arg === undefined ? '' : arg}`));
  }
  await new Promise((resolve) => setTimeout(resolve, 3000));
  streams[fault] = [stream.constructor.name, events];
}));
show('streams', streams);

// Given up at each stage.
for (const stage of ['validate', 'build', 'afterBuild', 'sign', 'send', 'httpHeaders', 'httpData', 'httpDone', 'extractData', 'success', 'complete']) {
  const request = s3.getObject({ Bucket: 'pieces', Key: 'k' });
  const seen = [];
  for (const event of EVENTS) request.on(event, () => seen.push(event));
  let times = 0;
  request.on(stage, () => { if (times++ === 0) request.abort(); });
  const result = await Promise.race([
    request.promise().then((data) => ({ data }), (error) => ({ error })),
    new Promise((resolve) => setTimeout(resolve, 2000, 'hangs')),
  ]);
  show(`aborted at ${stage}`, [result, seen, request.response.httpResponse.statusCode, request.response.retryCount]);
}
for (const [delay, stage] of [[60, 'httpHeaders'], [100, 'httpData']]) {
  const request = s3.getObject({ Bucket: 'pieces', Key: 'k' });
  const ended = new Promise((resolve) => request.send((error, data) => resolve([error, data])));
  request.on(stage, () => setTimeout(() => request.abort(), delay));
  show(`aborted ${delay} ms after ${stage}`, await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2000, 'hangs'))]));
}
const waiting = s3.getObject({ Bucket: 'slow-head', Key: 'k' });
setTimeout(() => waiting.abort(), 100);
await fails('aborted before the head', () => waiting.promise());
const early = s3.getObject({ Bucket: 'pieces', Key: 'k' });
early.abort();
await fails('aborted before', () => early.promise());
await fails('aborted twice', () => { const request = s3.getObject({ Bucket: 'slow-head', Key: 'k' }); setTimeout(() => { request.abort(); request.abort(); }, 20); return request.promise(); });
