const { skyflow } = skyflowlib;
console.log(Object.keys(skyflow).sort());
const client = skyflow.Skyflow.init({ vaultID: 'v1', vaultURL: 'https://example.vault.skyflowapis.com', getBearerToken: async () => 'token' });
for (const attempt of [
  () => client.insert({ records: [] }),
  () => client.insert({ records: [{ fields: {}, table: '' }] }),
  () => client.insert({}),
  () => client.detokenize({ records: [] }),
  () => client.getById({ records: [{ ids: [], table: 't' }] }),
  () => skyflow.generateBearerToken('/nowhere.json'),
  () => skyflow.generateBearerTokenFromCreds('{}'),
]) {
  try {
    console.log(await attempt());
  } catch (error) {
    console.log(JSON.stringify(error), error && error.message);
  }
}
