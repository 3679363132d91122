// DynamoDB's DocumentClient, with values of every kind.
const dynamo = new AWS.DynamoDB({ ...client, maxRetries: 0 }); // moto fails at some of these
await dynamo.createTable({ TableName: 't', AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], BillingMode: 'PAY_PER_REQUEST' }).promise();
for (const options of [{}, { convertEmptyValues: true }, { wrapNumbers: true }]) {
  const doc = new AWS.DynamoDB.DocumentClient({ ...client, maxRetries: 0, ...options, params: { TableName: 't' } });
  const set = (v) => { try { return doc.createSet(v); } catch (e) { return [e.code, e.message]; } };
  for (const item of [
    { id: '1', s: 'x', n: 1.5, big: 12345678901234567890, neg: -0, b: Buffer.from('b'), u: new Uint8Array([1, 2]), nul: null, und: undefined, bool: false, list: [1, 'a', [null]], map: { a: { b: {} } }, empty: '', emptyList: [], emptyMap: {}, date: new Date(0) },
    { id: '2', ss: set(['a', 'b']), ns: set([1, 2]), bs: set([Buffer.from('x')]) },
    { id: '3', nan: NaN }, { id: '4', inf: Infinity }, { id: '5', fn: () => 1 }, { id: '6', sym: 'x', klass: new (class A { constructor() { this.x = 1; } })() }, { id: '7', s: new Set(['a', 'b']) }, { id: '8', m: new Map([['a', 1]]) }, { id: '9', str: new String('x'), num: new Number(5), boo: new Boolean(true) }, { id: '10', big: 10n }, { id: '11', nested: [[], {}, '', [''], { a: '' }] }, { id: '12', ab: new ArrayBuffer(2), dv: new DataView(new ArrayBuffer(2)), f: new Float32Array([1]) },
  ]) {
    const put = doc.put({ Item: item, ReturnConsumedCapacity: 'TOTAL' });
    let result; try { result = await put.promise(); } catch (e) { result = [e.code, e.message]; }
    show(`put ${item.id} ${JSON.stringify(options)}`, [put.httpRequest.body && String(put.httpRequest.body), result]);
    show('get', await doc.get({ Key: { id: item.id } }).promise().catch((e) => [e.code, e.message]));
  }
  show('sets', [set([]), set(['a', 1]), set('x'), set([{}]), set([true])]);
}
const doc = new AWS.DynamoDB.DocumentClient({ service: dynamo });
show('transact', await doc.transactWrite({ TransactItems: [{ Put: { TableName: 't', Item: { id: 'tx', n: 1 } } }, { ConditionCheck: { TableName: 't', Key: { id: 'none' }, ConditionExpression: 'attribute_exists(id)' } }] }).promise().catch((e) => [e.code, e.message, Object.keys(e)]));
show('transact get', await doc.transactGet({ TransactItems: [{ Get: { TableName: 't', Key: { id: '1' } } }] }).promise().then((d) => d.Responses.length, (e) => [e.code, e.message]));
show('batch get', await doc.batchGet({ RequestItems: { t: { Keys: [{ id: '1' }, { id: 'zz' }] } } }).promise().then((d) => [Object.keys(d), d.Responses.t.length], (e) => [e.code, e.message]));
show('keys', [Object.keys(doc), typeof doc.options, doc.service === dynamo]);
await new Promise((r) => doc.scan({ TableName: 't', Limit: 3, ProjectionExpression: 'id' }).eachPage((e, p, done) => { show('page', e ? [e.code] : p && [p.Items.length, p.Count]); if (p && done) done(); if (!p) r(); }));
show('converter', [AWS.DynamoDB.Converter.input({ a: [1, 'x', null] }), AWS.DynamoDB.Converter.output({ M: { a: { N: '1' }, s: { SS: ['a'] } } }), AWS.DynamoDB.Converter.unmarshall({ a: { N: '1' }, b: { B: Buffer.from('x') } }, { wrapNumbers: true }), AWS.DynamoDB.Converter.marshall({ a: '', u: undefined }, { convertEmptyValues: true })]);
