// What the scripts of this folder begin with: the embedded AWS must answer all of them as moto does.

const keys = settings.endpoint ? client : { region: 'us-west-2' };
const s3 = new AWS.S3(keys);
const Bucket = 'bucket';

// Ids, dates and tokens are each server's own, and moto leaves some things out.
const OWN = /^(RequestId|UploadId|LastModified|CreationDate|Initiated|Owner|Initiator|Location|AcceptRanges|VersionId|DisplayName|ServerSideEncryption|NextContinuationToken|Marker)$/;
function plain(value) {
  if (Buffer.isBuffer(value)) return value.length > 100 ? `${value.length} bytes` : value.toString();
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  const kept = Object.keys(value).filter((key) => !OWN.test(key) && !(key === 'Prefix' && value[key] === ''));
  return Object.fromEntries(kept.sort().map((key) => [key, plain(value[key])]));
}

async function call(label, request) {
  const data = await request.promise().catch((error) => error);
  show(label, data instanceof Error ? [data.code, data.statusCode, data.name] : plain(data));
  return data;
}
const make = (operation) => (params, label = operation) => call(label, s3[operation]({ Bucket, ...params }));
const [put, get, head, list, list1, copy, remove, removeAll] =
  ['putObject', 'getObject', 'headObject', 'listObjectsV2', 'listObjects', 'copyObject', 'deleteObject', 'deleteObjects'].map(make);
