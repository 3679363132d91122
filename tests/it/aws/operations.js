// One call of every operation of S3 and STS, with every member that its model has. Evaluated both
// by node with the real aws-sdk and by segfn, so that both are given the same.
(function (AWS) {
  'use strict';

  const settings = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    sessionToken: 'token/of+example==',
    region: 'eu-central-1',
    maxRetries: 0,
  };

  // Members whose value must fit the rest of the request.
  const given = {
    Bucket: 'example-bucket',
    Key: 'a folder/ü+&=~\'()*!/../x//y.txt',
    Body: 'the body of an object',
    ContentLength: undefined,
    ContentMD5: undefined,
  };

  function sample(shape, name) {
    if (name in given && shape.type !== 'structure') return given[name];
    switch (shape.type) {
      case 'structure': {
        // Of a filter's members only one may be given.
        const members = shape.members.And ? [['And', shape.members.And]] : Object.entries(shape.members);
        return Object.fromEntries(members.map(([member, inner]) => [member, sample(inner, member)]));
      }
      case 'list':
        return [sample(shape.member, `${name} 1`), sample(shape.member, `${name} 2`)];
      case 'map':
        return { First: 'one', second: 'two  words' };
      case 'timestamp':
        return new Date(Date.UTC(2021, 4, 6, 7, 8, 9));
      case 'integer':
      case 'long':
        return 7;
      case 'boolean':
        return true;
      case 'binary':
        return 'thirty-two bytes of a secret key';
      default:
        // Headers are Latin letters; in an address, a form or XML anything may stand.
        return /^header/.test(shape.location) ? name : `${name} <&"'> ä`;
    }
  }

  const list = [];
  for (const service of ['S3', 'STS']) {
    const client = new AWS[service](settings);
    for (const [operation, { input }] of Object.entries(client.api.operations)) {
      list.push({ service, operation, client, params: sample(input, operation) });
    }
  }
  return list;
})
