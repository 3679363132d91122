const snowflake = snowflakesdk.snowflakesdk;
console.log(Object.keys(snowflake).filter((name) => name !== 'snowflakesdk').sort());
snowflake.configure({ logLevel: 'OFF', disableOCSPChecks: true });
for (const options of [{}, { account: 'a' }, { account: 'a', username: 'u', password: 5 }]) {
  try {
    snowflake.createConnection(options);
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
const { port } = new URL(settings.vendor);
const connection = snowflake.createConnection({ account: 'acme', username: 'ada', password: 'hush', accessUrl: settings.vendor, host: '127.0.0.1', port: Number(port), protocol: 'http', warehouse: 'w', database: 'd', schema: 's', sfRetryMaxLoginRetries: 1 });
console.log(connection.isUp(), connection.getServiceName(), connection.getClientSessionKeepAlive());
await new Promise((resolve, reject) => connection.connect((error, made) => (error ? reject(error) : resolve(made))));
console.log(connection.isUp());
const execute = (options) =>
  new Promise((resolve) => {
    connection.execute({
      ...options,
      complete: (error, statement, rows) => {
        if (error) console.log(error.name, error.code, error.message, error.sqlState);
        else console.log(statement.getSqlText(), statement.getNumRows(), statement.getColumns().map((column) => [column.getName(), column.getType(), column.isNullable()]), rows);
        resolve();
      },
    });
  });
await execute({ sqlText: 'SELECT id, name, at FROM orders WHERE id > ?', binds: [1] });
await execute({ sqlText: 'SELECT nothing' });
await new Promise((resolve) => {
  const complete = (error, statement) => statement.streamRows().on('data', (row) => console.log('streamed', row)).on('end', resolve);
  connection.execute({ sqlText: 'SELECT id, name, at FROM orders WHERE id > ?', binds: [2], streamResult: true, complete });
});
await new Promise((resolve) => connection.destroy((error) => resolve(console.log('destroyed', error === undefined))));
