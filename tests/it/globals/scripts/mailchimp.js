const client = mailchimplib.mailchimp;
client.setConfig({ apiKey: 'key-us1', server: 'us1' });
console.log(Object.keys(client).filter((name) => typeof client[name] === 'object').sort());
console.log(client.setConfig.name, client.lists.constructor.name);
// Its base URL is `https://SERVER.api.mailchimp.com/3.0`, made of the configuration.
client.setConfig({ apiKey: 'key-us1', server: 'us1' });
const inner = client.ping.apiClient;
inner.basePath = `${settings.vendor}/3.0`;
for (const attempt of [() => client.ping.get(), () => client.lists.addListMember('l1', { email_address: 'ada@example.com', status: 'subscribed', merge_fields: { FNAME: 'Ada' } }), () => client.lists.getList('none')]) {
  try {
    console.log(await attempt());
  } catch (error) {
    console.log(error.message, error.status, error.response && error.response.body);
  }
}
