// Every service that the package has: its first operations on the wire, and what is read from
// answers and errors of its protocol.

function sample(shape, name, depth = 0) {
  if (name === 'AccountId' && shape.type === 'string') return '123456789012'; // it becomes a part of a host's name
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(Object.entries(shape.members)
        .filter(([member]) => shape.required?.includes(member) || (depth < 1 && !/next|marker|token/i.test(member)))
        .map(([member, inner]) => [member, sample(inner, member, depth + 1)]));
    case 'list':
      return [sample(shape.member, name, depth + 1)];
    case 'map':
      return { 'a key': sample(shape.value, name, depth + 1) };
    case 'timestamp':
      return new Date(Date.UTC(2021, 4, 6, 7, 8, 9, 120));
    case 'integer':
      return 7;
    case 'float':
      return 1.5;
    case 'boolean':
      return true;
    case 'binary':
    case 'base64':
      return Buffer.from([0, 255, 65]);
    default:
      if (shape.isJsonValue) return { a: [1, 'ü'] };
      return shape.location === 'header' || shape.location === 'headers' ? name : `${name}/ä b+&`;
  }
}

const names = Object.keys(AWS).filter((name) => AWS[name]?.serviceIdentifier && name !== 'S3' && name !== 'STS');
show('services', names.length);
for (const name of names) {
  const service = new AWS[name]({ ...client, endpoint: settings.wire, maxRetries: 1, retryDelayOptions: { base: 1 }, paramValidation: { min: false }, hostPrefixEnabled: false });
  const operations = Object.values(service.api.operations);
  const chosen = [operations[0], operations.find(({ httpMethod }) => httpMethod === 'GET'), operations.at(-1)].filter(Boolean);
  for (const operation of new Set(chosen)) {
    const method = operation.name[0].toLowerCase() + operation.name.slice(1);
    for (const kind of ['full', 'refused']) {
      const key = Object.keys(service.api.operations).find((each) => each.toLowerCase() === method.toLowerCase());
      const request = service[key](sample(operation.input, key));
      request.on('build', ({ httpRequest }) => { httpRequest.headers['x-test-call'] = `${name} ${key} ${kind}`; });
      const result = await Promise.race([
        request.promise().then((data) => ({ data }), ({ code, message, statusCode, retryable, requestId }) => ({ code, message, statusCode, retryable, requestId })),
        new Promise((resolve) => setTimeout(resolve, 2000, 'hangs')),
      ]);
      const log = await (await fetch(`${settings.wire}/log`)).json();
      console.log(`## ${name}.${key} ${kind} ${request.response.retryCount}`);
      console.log(JSON.stringify(kind === 'full' ? log : log.length));
      console.log(JSON.stringify(result));
    }
  }
}
