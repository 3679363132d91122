const { Client, Pool, Query, types, escapeIdentifier, escapeLiteral, defaults, DatabaseError } = pg.pg;
console.log(Object.keys(pg.pg).filter((name) => name !== 'pg'), defaults.port, defaults.host);
console.log(escapeIdentifier('a "b"'), escapeLiteral("it's a \\ b"), new Client().escapeLiteral("o'c"));
const { connectionParameters } = new Client('postgres://ada:hu%24h@db.example.com:6543/app?ssl=true&application_name=segfn&connect_timeout=5');
console.log({ ...connectionParameters });
for (const [oid, text] of [[20, '9007199254740993'], [23, '42'], [16, 't'], [1700, '1.50'], [1114, '2026-01-02 03:04:05'], [1184, '2026-01-02 03:04:05+02'], [1082, '2026-01-02'], [17, '\\x00ff'], [114, '{"a":[1]}'], [1007, '{1,NULL,3}'], [1009, '{"a,b",c}'], [1186, '1 day 02:03:04'], [600, '(1,2)']]) {
  console.log(oid, types.getTypeParser(oid, 'text')(text));
}
types.setTypeParser(20, (text) => BigInt(text));
console.log(types.getTypeParser(20)('9007199254740993'), types.builtins.JSONB);
const query = new Query({ text: 'SELECT $1::int', values: [1, null, new Date(0), { a: 1 }, [1, 'b'], Buffer.from('x')], rowMode: 'array' });
console.log(query.text, query.values, query.requiresPreparation());
const pool = new Pool({ max: 3, idleTimeoutMillis: 5 });
console.log(pool.totalCount, pool.idleCount, pool.waitingCount, pool.options.max);
await pool.end();
await pool.query('SELECT 1').catch((error) => console.log(error.message));
console.log(new DatabaseError('m', 1, 'error') instanceof Error);
