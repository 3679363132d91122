// Every operation of S3 and STS with all of its parameters, with no more than it requires, and with
// odd ones: what comes over the wire, and what is read from answers that have every member, empty
// ones, or no body.

const given = { Bucket: 'example-bucket', ContentLength: undefined, ContentMD5: undefined };

function sample(shape, name, kind, depth = 0) {
  if (name in given && shape.type !== 'structure') return given[name];
  const odd = kind === 'odd';
  switch (shape.type) {
    case 'structure': {
      // Of a filter's members only one may be given.
      const all = shape.members.And && kind !== 'least' ? [['And', shape.members.And]] : Object.entries(shape.members);
      const wanted = kind === 'least' ? all.filter(([member]) => shape.required?.includes(member)) : all;
      return Object.fromEntries(wanted.map(([member, inner]) => [member, sample(inner, member, kind, depth + 1)]));
    }
    case 'list': {
      if (odd && depth > 1) return [];
      return [`${name} 1`, `${name} 2`].slice(kind === 'least' ? 1 : 0).map((each) => sample(shape.member, each, kind, depth + 1));
    }
    case 'map':
      return odd ? { 'X-Odd': ' spaces  within ', '': 'nameless', n: 5 } : { First: 'one', second: 'two words' };
    case 'timestamp':
      return odd ? ['2021-05-06T07:08:09.123Z', 1620284889, '1620284889'][name.length % 3] : new Date(Date.UTC(2021, 4, 6, 7, 8, 9, 10));
    case 'integer':
      return odd ? '12' : 7;
    case 'float':
      return 1.5;
    case 'boolean':
      return !odd;
    case 'binary':
      return odd ? Buffer.from([0, 255, 1, 254]) : 'thirty-two bytes of a secret key';
    default:
      if (odd && depth > 1) return '';
      // Headers are Latin letters; in an address, a form or XML anything may stand.
      return /^header/.test(shape.location) ? name : `${name} <&"'>\r\n\t+~*!() ä 漢 //../x`;
  }
}

async function eventsOf(stream) {
  const list = [];
  try {
    for await (const event of stream) list.push(event);
  } catch (error) {
    list.push(error);
  }
  return list;
}

for (const service of ['S3', 'STS']) {
  for (const kind of ['full', 'least', 'odd']) {
    const options = { ...client, endpoint: settings.wire, maxRetries: 0, sessionToken: kind === 'odd' ? 'to/k+en==' : undefined, computeChecksums: kind !== 'least' };
    const made = new AWS[service](options);
    for (const [operation, { input, output }] of Object.entries(made.api.operations)) {
      made.clearBucketRegionCache?.(); // createBucket has left a region there
      const answer = { full: 'full', least: 'empty', odd: 'none' }[kind];
      const params = sample(input, operation, kind);
      const request = made[operation](params);
      // Over http a customer's key is refused, so that there is nothing to compare.
      for (const name of Object.keys(request.params)) if (/SSECustomer/.test(name)) delete request.params[name];
      request.on('afterBuild', ({ httpRequest }) => { httpRequest.headers['x-test-call'] = `${service} ${operation} ${answer}`; });
      const result = await request.promise().then((data) => ({ data }), ({ code, message, statusCode }) => ({ code, message, statusCode }));
      if (result.data?.Payload?.pipe) result.data.Payload = await eventsOf(result.data.Payload);
      const wire = await (await fetch(`${settings.wire}/log`)).json();
      console.log(`## ${service}.${operation} ${kind}`);
      console.log(JSON.stringify(wire, null, 1));
      console.dir(result, { depth: 9 });
    }
  }
}
