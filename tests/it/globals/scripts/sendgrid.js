const { client, mail } = sendgrid;
client.setApiKey('SG.good');
client.setDefaultRequest('baseUrl', settings.vendor);
const [found, body] = await client.request({ method: 'GET', url: '/v3/marketing/contacts', qs: { page: 2 } });
console.log(found.statusCode, body);
mail.setClient(client);
const sent = await mail.send({
  to: ['ada@example.com', { name: 'Grace', email: 'grace@example.com' }],
  from: 'Me <me@example.com>',
  subject: 'hello {{name}}',
  text: 'hi',
  html: '<b>hi</b>',
  substitutions: { name: 'you' },
  sendAt: 1700000000,
  attachments: [{ content: 'aGk=', filename: 'a.txt' }],
  customArgs: { a: 'b' },
});
console.log(sent[0].statusCode, sent[0].headers['x-message-id'], sent[0].body);
await mail.sendMultiple({ to: ['a@example.com', 'b@example.com'], from: 'me@example.com', subject: 's', text: 't' });
client.setApiKey('SG.bad');
try {
  await mail.send({ to: 'a@example.com', from: 'me@example.com', subject: 's', text: 't' });
} catch (error) {
  console.log(error.code, error.message, error.response?.body, Object.keys(error));
}
for (const message of [{ to: 'x@example.com' }, { to: 5, from: 'me@example.com', text: 't' }]) {
  try {
    await mail.send(message);
  } catch (error) {
    console.log(error.name, error.message);
  }
}
client.setDefaultRequest('baseUrl', 'http://127.0.0.1:1');
try {
  await client.request({ method: 'GET', url: '/v3/x' });
} catch (error) {
  console.log(error.message, error.code);
}
