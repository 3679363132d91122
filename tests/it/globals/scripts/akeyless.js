const { akeyless, akeylessCloudId } = akeylessLabs;
console.log(Object.keys(akeylessLabs), Object.keys(akeyless).length, Object.keys(akeylessCloudId));
const client = new akeyless.ApiClient();
client.basePath = `${settings.vendor}/akeyless`;
const api = new akeyless.V2Api(client);
const { token } = await api.auth(akeyless.Auth.constructFromObject({ 'access-id': 'p-1', 'access-key': 'hush' }));
console.log(token);
console.log(await api.getSecretValue(akeyless.GetSecretValue.constructFromObject({ names: ['/db'], token })));
try {
  await api.auth(akeyless.Auth.constructFromObject({ 'access-id': 'p-none', 'access-key': 'x' }));
} catch (error) {
  console.log(error.name, error.message, error.status, error.response.text);
}
try {
  await api.getSecretValue();
} catch (error) {
  console.log(error.name, error.message);
}
console.log(await akeylessCloudId.getCloudId('access_key'));
await akeylessCloudId.getCloudId('nothing').catch((error) => console.log(error.name, error.message));
