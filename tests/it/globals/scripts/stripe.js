const { hostname, port } = new URL(settings.vendor);
const client = stripe('sk_test_123', { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false, apiVersion: '2020-03-02' });
const customer = await client.customers.create({ email: 'ada@example.com', metadata: { plan: 'pro', list: 'a&b' }, address: { line1: 'x' } }, { idempotencyKey: 'once' });
console.log(customer, customer.lastResponse.requestId, customer.lastResponse.statusCode);
const seen = [];
for await (const each of client.customers.list({ limit: 2, created: { gt: 5 } })) seen.push(each.id);
console.log(seen);
console.log(await client.customers.list({ limit: 2 }).autoPagingToArray({ limit: 3 }));
for (const attempt of [() => client.customers.retrieve('cus_none'), () => client.charges.create({ amount: 1, currency: 'usd' }), () => client.customers.retrieve()]) {
  try {
    await attempt();
  } catch (error) {
    console.log(error.name, error.type, error.code, error.message, error.statusCode, error.requestId, error.decline_code, error instanceof Error);
  }
}
client.customers.create({}, (error, result) => console.log('callback', error, result && result.id));
await new Promise((resolve) => setTimeout(resolve, 100));
const payload = JSON.stringify({ id: 'evt_1', object: 'event' });
const header = client.webhooks.generateTestHeaderString({ payload, secret: 'whsec', timestamp: 1700000000 });
console.log(header, client.webhooks.constructEvent(payload, header, 'whsec', Infinity));
try {
  client.webhooks.constructEvent(payload, header, 'other');
} catch (error) {
  console.log(error.type, error.message);
}
console.log(stripe.PACKAGE_VERSION, Object.keys(client).length > 60);
const nobody = stripe('sk', { host: '127.0.0.1', port: 1, protocol: 'http' });
try {
  await nobody.customers.list();
} catch (error) {
  console.log(error.type, error.message, error.detail && error.detail.code);
}
