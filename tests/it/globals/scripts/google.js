// Storage and BigQuery speak REST. The others speak gRPC in Node; here, as under segfn, in their fallback mode.
const { hostname, port } = new URL(settings.vendor);
const { cloud } = google;
console.log(Object.keys(cloud));
for (const [name, library] of Object.entries(cloud)) console.log(name, Object.keys(library));

const failing = async (label, attempt) => {
  try {
    console.log(label, await attempt());
  } catch (error) {
    console.log(label, error.name, error.message, error.code, JSON.stringify(error.errors));
  }
};

// Google's sign-in needs a real service account, and looks for one on the machine's network.
const signedIn = (client) => Object.assign(client.authClient, { authorizeRequest: async (request) => request, getProjectId: async () => 'p', getCredentials: async () => ({}) });

const { Storage } = cloud.storage;
const storage = new Storage({ apiEndpoint: settings.vendor, projectId: 'p' });
signedIn(storage);
const bucket = storage.bucket('b');
const file = bucket.file('folder/é x.txt');
console.log(file.name, storage.apiEndpoint === settings.vendor);
await failing('save', () => file.save('hello', { resumable: false, validation: false, contentType: 'text/plain', metadata: { metadata: { a: '1' } } }));
await failing('download', async () => String((await file.download({ validation: false }))[0]));
await failing('exists', () => file.exists());
await failing('list', async () => (await bucket.getFiles({ prefix: 'f' }))[0].map(({ name }) => name));
await failing('none', () => bucket.file('none').getMetadata());

const { BigQuery } = cloud.bigquery;
const bigquery = new BigQuery({ projectId: 'p', apiEndpoint: settings.vendor });
signedIn(bigquery);
await failing('query', () => bigquery.query({ query: 'SELECT @x AS x', params: { x: 1 } }));
await failing('insert', () => bigquery.dataset('d').table('t').insert([{ a: 1, at: BigQuery.timestamp('2026-01-02T03:04:05Z'), day: BigQuery.date('2026-01-02') }], { raw: false }));
await failing('partial', () => bigquery.dataset('d').table('bad').insert([{ a: 'x' }]));
console.log(BigQuery.datetime('2026-01-02 03:04:05').value);

const auth = { getClient: async () => ({ getRequestHeaders: async () => ({ authorization: 'Bearer google-token' }) }), getProjectId: async () => 'p' };
const options = { fallback: true, protocol: 'http', apiEndpoint: hostname, port: Number(port), servicePath: hostname, projectId: 'p', auth };
const topic = new cloud.pubsub.v1.PublisherClient(options);
await failing('publish', async () => (await topic.publish({ topic: 'projects/p/topics/t', messages: [{ data: Buffer.from('hi'), attributes: { a: 'b' } }] }))[0]);
await failing('publish to none', () => topic.publish({ topic: 'projects/p/topics/none', messages: [{ data: Buffer.from('x') }] }));
const tasks = new cloud.tasks.CloudTasksClient(options);
console.log(tasks.queuePath('p', 'l', 'q'));
await failing('task', async () => (await tasks.createTask({ parent: tasks.queuePath('p', 'l', 'q'), task: { httpRequest: { url: 'https://example.com', httpMethod: 'POST', body: Buffer.from('x').toString('base64') }, scheduleTime: { seconds: 1700000000 } } }))[0].name);

const { Datastore } = cloud.datastore;
const datastore = new Datastore({ projectId: 'p' });
console.log(datastore.key(['Kind', 'name']), Datastore.int(5), datastore.isKey(datastore.key('K')), await new Datastore({ projectId: 'p' }).keyToLegacyUrlSafe(datastore.key(['Kind', 7])));
const { Firestore } = cloud.firestore;
const firestore = new Firestore({ projectId: 'p' });
console.log(firestore.doc('c/d').path, firestore.collection('c').where('a', '>', 1).limit(2) instanceof cloud.firestore.Query, cloud.firestore.FieldValue.serverTimestamp().isEqual(cloud.firestore.FieldValue.serverTimestamp()));
try {
  firestore.doc('c');
} catch (error) {
  console.log(error.message);
}
console.log(new cloud.functions.CloudFunctionsServiceClient(options).cloudFunctionPath('p', 'l', 'f'), new cloud.automl.AutoMlClient(options).modelPath('p', 'l', 'm'));
