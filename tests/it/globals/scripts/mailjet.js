const Client = nodemailjet.nodemailjet;
const client = Client.apiConnect('public', 'private', { config: { host: '127.0.0.1:1', version: 'v3', output: 'json' }, options: { timeout: 5000 } });
// It speaks https only: nobody listens here.
const configured = client.post('send', { version: 'v3.1' });
console.log(configured.constructor.name, Object.keys(Client).length > 0, client.apiKey, client.apiSecret.length);
for (const attempt of [
  () => client.post('send', { version: 'v3.1' }).request({ Messages: [{ From: { Email: 'me@example.com' }, To: [{ Email: 'ada@example.com' }], Subject: 's', TextPart: 't' }] }),
  () => client.get('contact', { version: 'v3' }).request({}, { Limit: 2 }),
]) {
  try {
    const { response, body } = await attempt();
    console.log(response.status, body);
  } catch (error) {
    console.log(error.message, error.statusCode, error.code);
  }
}
try {
  Client.apiConnect('', 'x');
} catch (error) {
  console.log(error.message);
}
