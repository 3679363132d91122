// Each bucket, or first part of a path, names what the server does.
const waits = [];
const options = { ...client, endpoint: settings.faults, retryDelayOptions: { customBackoff: (count) => (waits.push(count), 1) } };
const s3 = new AWS.S3(options);

async function attempt(label, request) {
  waits.length = 0;
  await fails(label, () => request.promise());
  const { retryCount, redirectCount, requestId, extendedRequestId, httpResponse } = request.response;
  show(`${label}: response`, [retryCount, redirectCount, waits, requestId, extendedRequestId, httpResponse.statusCode, httpResponse.statusMessage, httpResponse.headers, httpResponse.body && httpResponse.body.toString()]);
}

for (const fault of ['empty-200', 'empty-304', 'empty-400', 'empty-403', 'empty-500', 'empty-503', 'odd-status', 'no-ids', 'html', 'text',
  'text-200', 'cut-error', 'no-code', 'denied', 'slow-down', 'throttled', 'expired', 'skewed', 'timeout', 'flaky', 'redirect', 'circle', 'region',
  'moved', 'broken', 'no-length', 'chunked', 'headers']) {
  await attempt(`get ${fault}`, s3.getObject({ Bucket: fault, Key: 'k' }));
}
for (const fault of ['empty-400', 'empty-403', 'empty-500', 'odd-status', 'no-ids']) {
  await attempt(`head ${fault}`, s3.headObject({ Bucket: fault, Key: 'k' }));
}
for (const fault of ['empty-200', 'text-200', 'cut-xml', 'error-200', 'redirect']) {
  await attempt(`list ${fault}`, s3.listObjectsV2({ Bucket: fault }));
}
for (const fault of ['error-200', 'empty-200', 'flaky']) {
  await attempt(`copy ${fault}`, s3.copyObject({ Bucket: fault, Key: 'k', CopySource: 'a/b' }));
  await attempt(`complete ${fault}`, s3.completeMultipartUpload({ Bucket: fault, Key: 'k', UploadId: 'u', MultipartUpload: { Parts: [] } }));
}
await attempt('put flaky', s3.putObject({ Bucket: 'slow-down', Key: 'k', Body: 'x' }));
await attempt('no retries', new AWS.S3({ ...options, maxRetries: 0 }).getObject({ Bucket: 'empty-500', Key: 'k' }));
await attempt('no redirects', new AWS.S3({ ...options, maxRedirects: 0 }).getObject({ Bucket: 'redirect', Key: 'k' }));
await attempt('skew corrected', new AWS.S3({ ...options, correctClockSkew: true }).getObject({ Bucket: 'skewed', Key: 'k' }));

for (const fault of ['empty-500', 'html', 'text', 'text-200', 'query-error', 'slow-down', 'broken']) {
  await attempt(`sts ${fault}`, new AWS.STS({ ...options, endpoint: `${settings.faults}/${fault}` }).getCallerIdentity());
}
for (const fault of ['empty-500', 'html', 'json-error', 'json-crc', 'text']) {
  await attempt(`dynamodb ${fault}`, new AWS.DynamoDB({ ...options, endpoint: `${settings.faults}/${fault}`, maxRetries: 2 }).listTables());
}
await attempt('dynamodb throttled', new AWS.DynamoDB({ ...options, endpoint: `${settings.faults}/json-throttled` }).listTables());
await attempt('lambda', new AWS.Lambda({ ...options, endpoint: `${settings.faults}/json-error` }).listFunctions());

// Credentials that a server calls expired are refreshed before the next attempt.
const refreshed = new AWS.Credentials(client.accessKeyId, client.secretAccessKey);
let refreshes = 0;
refreshed.refresh = (done) => { refreshes += 1; refreshed.expired = false; done(); };
await attempt('refreshed', new AWS.S3({ ...options, credentials: refreshed }).getObject({ Bucket: 'expired', Key: 'k' }));
show('refreshes', refreshes);
