// Uploads that fail, are given up, or come from odd sources: what was called, what is left behind.
const s3 = new AWS.S3(client);
const Bucket = 'bucket';
await s3.createBucket({ Bucket }).promise();
const MB = 1024 * 1024;
const big = Buffer.alloc(11 * MB, 'abc');
const { PassThrough, Readable } = AWS.util.stream;
const log = [];
function service(fault) {
  const made = new AWS.S3({ ...client, maxRetries: 0, params: { Bucket } });
  made.customizeRequests((request) => {
    request.on('validate', () => log.push(request.operation + (request.params.PartNumber ? ` ${request.params.PartNumber}` : '')));
    if (fault) request.on('afterBuild', () => { if (fault(request)) throw Object.assign(new Error('broken on purpose'), { code: 'OnPurpose', statusCode: 418 }); });
  });
  return made;
}
async function go(label, make, limit = 30000) {
  log.length = 0;
  let managed; const progress = [];
  try {
    managed = make();
    managed.on('httpUploadProgress', (p) => progress.push(p));
    show(label, [await Promise.race([managed.promise(), new Promise((r) => setTimeout(r, limit, 'hangs'))]), log.slice().sort()]);
  } catch (error) { await new Promise((r) => setTimeout(r, 200)); show(`${label} fails`, [error.code, error.message, error.statusCode, Object.keys(error), log.slice().sort()]); }
  const last = progress.at(-1);
  if (last) show('progress', [last.loaded, last.total, last.key, progress.every((p, i) => !i || p.loaded >= progress[i - 1].loaded)]);
  if (managed) show('managed', [Object.keys(managed).sort(), managed.totalBytes, managed.partSize, managed.totalUploadedBytes, managed.completeInfo && Object.keys(managed.completeInfo).length]);
  show('left', (await s3.listMultipartUploads({ Bucket }).promise()).Uploads.map((u) => u.Key));
}
await go('small', () => service().upload({ Key: 'a', Body: 'x' }));
await go('parts', () => service().upload({ Key: 'b/c d', Body: big }, { queueSize: 1 }));
await go('stream of 11', () => { const p = new PassThrough(); p.end(big); return service().upload({ Key: 's', Body: p }, { queueSize: 2 }); });
await go('stream exactly one', () => { const p = new PassThrough(); p.end(big.subarray(0, 5 * MB)); return service().upload({ Key: 'one', Body: p }); });
await go('empty stream', () => { const p = new PassThrough(); p.end(); return service().upload({ Key: 'e', Body: p }); });
await go('object stream', () => service().upload({ Key: 'o', Body: Readable.from(['a', 'b', 'c']) }), 500);
await go('part fails', () => service((r) => r.params.PartNumber === 2).upload({ Key: 'f', Body: big }, { queueSize: 1 }));
await go('create fails', () => service((r) => r.operation === 'createMultipartUpload').upload({ Key: 'cf', Body: big }));
await go('complete fails', () => service((r) => r.operation === 'completeMultipartUpload').upload({ Key: 'co', Body: big }));
await go('tagging fails', () => service((r) => r.operation === 'putObjectTagging').upload({ Key: 'tf', Body: big }, { tags: [{ Key: 'a', Value: 'b' }] }));
await go('tagged', () => service().upload({ Key: 'tg', Body: big }, { tags: [{ Key: 'a', Value: 5 }] }));
await go('tagged small', () => service().upload({ Key: 'ts', Body: 'x' }, { tags: [{ Key: 'a b', Value: 'ü' }] }));
await go('stream breaks', () => {
  const body = new PassThrough();
  body.write(Buffer.alloc(6 * MB));
  const managed = service().upload({ Key: 'sb', Body: body });
  // Once the first part is there.
  const cut = () => (managed.doneParts ? body.emit('error', Object.assign(new Error('cut'), { code: 'CUT' })) : setTimeout(cut, 10));
  cut();
  return managed;
});
await go('constructed', () => new AWS.S3.ManagedUpload({ params: { Bucket, Key: 'm', Body: 'x' }, service: service() }));
await go('bad part size', () => new AWS.S3.ManagedUpload({ partSize: 5, params: { Bucket, Key: 'm', Body: 'x' } }));
await go('no key', () => service().upload({ Body: 'x' }));
await go('unknown', () => service().upload({ Key: 'u', Body: 'x', Nonsense: 1 }));
await go('unknown in parts', () => service().upload({ Key: 'u', Body: big, Nonsense: 1 }));
await go('acl', () => service().upload({ Key: 'acl', Body: 'x', ACL: 'public-read', CacheControl: 'no-cache', ContentEncoding: 'gzip', ContentDisposition: 'inline; filename="ü"' === 1 ? '' : 'inline', StorageClass: 'STANDARD_IA', Metadata: { n: '1' } }));
show('acl head', await s3.headObject({ Bucket, Key: 'acl' }).promise());
// aborted
for (const delay of [0, 30]) {
  const managed = service().upload({ Key: `ab${delay}`, Body: big }, { queueSize: 1 });
  const p = managed.promise().catch((e) => [e.code, e.message, e.retryable, e.name]);
  if (delay) await new Promise((r) => managed.on('httpUploadProgress', r)); 
  managed.abort();
  show(`aborted ${delay}`, await Promise.race([p, new Promise((r) => setTimeout(r, 1500, 'hangs'))]));
}
const cb = service().upload({ Key: 'cb', Body: 'x' }, function (err, data) { show('callback', [err, Object.keys(data), this && this.constructor.name, arguments.length]); });
await new Promise((r) => setTimeout(r, 300));
await new Promise((r) => service().upload({ Key: 'cb', Body: big }, { queueSize: 1 }).send(function (err, data) { show('callback of parts', [err, data, this && this.constructor.name, arguments.length]); r(); }));
show('string of parts', await service().upload({ Key: 'str', Body: 'ü'.repeat(3 * MB) }).promise().then((d) => d.ETag));
show('typed array', await service().upload({ Key: 'ta', Body: new Uint8Array(6 * MB) }).promise().then((d) => d.ETag, (e) => [e.code, e.message]));

