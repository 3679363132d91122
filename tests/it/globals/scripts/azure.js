console.log(Object.keys(azure));
for (const [name, library] of Object.entries(azure)) console.log(name, Object.keys(library).sort().filter((key) => !key.startsWith('Known')));
const { ClientSecretCredential, ChainedTokenCredential, EnvironmentCredential, AzureAuthorityHosts, CredentialUnavailableError } = azure.identity;
console.log(AzureAuthorityHosts);
const failing = async (label, attempt) => {
  try {
    console.log(label, await attempt());
  } catch (error) {
    console.log(label, error.name, error.message, error.code, error.statusCode);
  }
};
await failing('no tenant', () => new ClientSecretCredential('', 'client', 'hush'));
await failing('no environment', () => new ChainedTokenCredential(new EnvironmentCredential()).getToken('https://management.azure.com/.default'));
await failing('http', () => new ClientSecretCredential('tenant', 'client', 'hush', { authorityHost: settings.vendor }).getToken('https://management.azure.com/.default'));
console.log(new CredentialUnavailableError('gone').name);

const credential = { getToken: async () => ({ token: 'azure-token', expiresOnTimestamp: Date.now() + 3600_000 }) };
const options = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
const artifacts = new azure.synapse.ArtifactsClient(credential, `${settings.vendor}/synapse`, options);
// Bearer tokens don't go over plain http.
await failing('pipeline', () => artifacts.pipelineOperations.getPipeline('nightly'));
artifacts.pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' });
// Of the machine and the run.
artifacts.pipeline.removePolicy({ name: 'userAgentPolicy' });
artifacts.pipeline.removePolicy({ name: 'setClientRequestIdPolicy' });
await failing('pipeline', async () => (await artifacts.pipelineOperations.getPipeline('nightly')).activities);
await failing('run', () => artifacts.pipelineOperations.createPipelineRun('nightly', { parameters: { day: '2026-01-02' } }));
await failing('none', () => artifacts.pipelineOperations.getPipeline('none'));
const names = [];
await failing('list', async () => {
  for await (const { name } of artifacts.pipelineOperations.listPipelinesByWorkspace()) names.push(name);
  return names;
});

const { EventHubProducerClient, parseEventHubConnectionString } = azure.eventHubs;
const place = 'Endpoint=sb://hub.servicebus.windows.net/;SharedAccessKeyName=name;SharedAccessKey=hush;EntityPath=events';
console.log(parseEventHubConnectionString(place));
const producer = new EventHubProducerClient(place);
console.log(producer.eventHubName, producer.fullyQualifiedNamespace);
await failing('both', () => new EventHubProducerClient(place, 'another'));
await failing('neither', () => new EventHubProducerClient(place.replace(/;EntityPath.*/, '')));
await producer.close();
