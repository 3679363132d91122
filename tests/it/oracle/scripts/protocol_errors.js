// Servers whose clock stands elsewhere, and errors as the protocols word them, well-formed or not.
const skew = new AWS.S3({ ...client, endpoint: `${settings.wire}/2020`, correctClockSkew: true, retryDelayOptions: { base: 1 } });
const data = await skew.getObject({ Bucket: 'b', Key: 'k' }).promise();
show('skew', [data.$response.retryCount, data.Body.toString(), skew.config.systemClockOffset < -1e11, AWS.config.systemClockOffset, skew.getSkewCorrectedDate().getFullYear(), skew.isClockSkewed(Date.now())]);
const off = new AWS.S3({ ...client, endpoint: settings.wire, systemClockOffset: -86400000 * 365 });
await off.listBuckets().promise();
const signedOff = off.listBuckets(); await signedOff.promise();
show('offset', new Date().getFullYear() - Number(signedOff.httpRequest.headers['X-Amz-Date'].slice(0, 4)));
await (await fetch(`${settings.wire}/log`)).json();
// json errors
const bodies = ['', '{}', '[]', 'null', '5', 'not json', '<html>', '{"__type":"a#B"}', '{"__type":"B","message":"m"}', '{"code":"C","Message":"M"}', '{"__type":"a#B:c","message":null}', '{"message":{"deep":1},"__type":"x#RequestEntityTooLarge"}', '{"__type":"x#RequestEntityTooLarge"}', '{"__type":"x#ProvisionedThroughputExceededException","message":"m","extra":5,"CancellationReasons":[{"Code":"None"}]}', '{"Code":"Z","Error":{"Code":"Y","Message":"mm"}}'];
for (const body of bodies) for (const [S, op, params] of [['DynamoDB', 'listTables', {}], ['Lambda', 'listFunctions', {}], ['Kinesis', 'listStreams', {}], ['SQS', 'listQueues', {}], ['EC2', 'describeRegions', {}], ['Route53', 'listHostedZones', {}]]) {
  const service = new AWS[S]({ ...client, endpoint: settings.wire, maxRetries: 0 });
  const request = service[op](params);
  request.on('build', ({ httpRequest }) => { httpRequest.path = `/say?${encodeURIComponent(body)}`; });
  const e = await request.promise().catch((x) => x);
  console.log(S, body, JSON.stringify([Object.keys(e), e.code, e.message, e.statusCode, e.retryable, e.requestId, e.name]));
}
