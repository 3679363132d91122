const { createClient, ClickHouseError, ClickHouseLogLevel } = clickHouseClient.clickHouseClient;
console.log(Object.keys(clickHouseClient.clickHouseClient).filter((name) => name !== 'clickHouseClient').sort(), ClickHouseLogLevel);
const client = createClient({ url: settings.vendor, pathname: 'clickhouse', username: 'ada', password: 'hush', database: 'd', application: 'segfn', compression: { response: true }, clickhouse_settings: { async_insert: 1 } });
console.log(await client.ping());
const result = await client.query({ query: 'SELECT {id:UInt32} AS id, {tags:Array(String)} AS tags', query_params: { id: 7, tags: ['a', "b'c"] }, query_id: 'q1', format: 'JSONEachRow' });
console.log(result.query_id, await result.json());
const streamed = await client.query({ query: 'SELECT 1', query_id: 'q2', format: 'JSONEachRow' });
for await (const rows of streamed.stream()) for (const row of rows) console.log(row.text, row.json());
const inserted = await client.insert({ table: 'events', values: [{ a: 1 }, { a: 'é' }], format: 'JSONEachRow', query_id: 'q3' });
console.log(inserted.executed, inserted.query_id, inserted.summary);
console.log((await client.command({ query: 'CREATE TABLE t (a Int32) ENGINE = Memory', query_id: 'q4' })).query_id);
try {
  await client.query({ query: 'SELECT broken', query_id: 'q5' });
} catch (error) {
  console.log(error instanceof ClickHouseError, error.name, error.code, error.type, error.message);
}
try {
  createClient({ url: 'nothing' });
} catch (error) {
  console.log(error.name, error.message);
}
await client.close();
