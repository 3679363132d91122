const { Client } = hubspotlib.hubspot;
const client = new Client({ accessToken: 'token', basePath: settings.vendor });
const created = await client.crm.contacts.basicApi.create({ properties: { email: 'ada@example.com', firstname: 'Ada' } });
console.log(created);
const found = await client.crm.contacts.searchApi.doSearch({ filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ', value: 'ada@example.com' }] }], limit: 1, after: 0, sorts: [], properties: ['email'] });
console.log(found.total, found.results[0].id, found.results[0].createdAt);
try {
  await client.crm.contacts.basicApi.getById('none');
} catch (error) {
  console.log(error.code, error.message, error.body);
}
const raw = await client.apiRequest({ method: 'POST', path: '/form', body: { a: 1 } });
console.log(raw.status, await raw.json());
console.log(Object.keys(hubspotlib.hubspot).sort(), Object.keys(client.crm).length > 5);
