const connection = new jsforce.Connection({ loginUrl: settings.vendor });
const user = await connection.login('ada@example.com', 'password+token');
console.log(user, connection.accessToken === 'session', connection.instanceUrl === settings.vendor, connection.version);
const result = await connection.query("SELECT Id, Name FROM Contact WHERE Name LIKE 'A%'");
console.log(result);
const records = [];
await new Promise((resolve, reject) => {
  connection.query('SELECT Id FROM Contact').on('record', (record) => records.push(record.Id)).on('end', resolve).on('error', reject).run({ autoFetch: true, maxFetch: 10 });
});
console.log(records);
console.log(await connection.sobject('Contact').create({ LastName: 'Lovelace' }));
console.log(await connection.sobject('Contact').update({ Id: '003', LastName: 'L' }));
for (const attempt of [() => connection.sobject('Contact').retrieve('none'), () => new jsforce.Connection({ instanceUrl: 'http://127.0.0.1:1', accessToken: 'x', maxRequest: 1 }).query('SELECT Id FROM X')]) {
  try {
    console.log(await attempt());
  } catch (error) {
    console.log(error.name, error.message, error.errorCode || error.code);
  }
}
console.log(jsforce.VERSION, jsforce.SfDate.toDateLiteral(new Date(0)));
console.log(await connection.sobject('Contact').find({ Name: "O'Hara", Age: { $gt: 5 } }, 'Id, Name').sort('-Id').limit(3).toSOQL());
