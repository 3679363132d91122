const { sign, verify, decode, JsonWebTokenError, TokenExpiredError } = jsonwebtoken;
console.log(Object.keys(jsonwebtoken));
const token = sign({ sub: 'ada', admin: true, iat: 1700000000 }, 'secret');
console.log(token, verify(token, 'secret'), decode(token, { complete: true }));
for (const algorithm of ['HS256', 'HS384', 'HS512', 'none']) {
  const signed = sign({ a: 1, iat: 1 }, algorithm === 'none' ? '' : Buffer.from('00ff', 'hex'), { algorithm, keyid: 'k', header: { x: 'y' } });
  console.log(algorithm, signed);
}
const timed = sign({ iat: 1700000000 }, 's', { expiresIn: '2h', notBefore: 10, audience: ['a', 'b'], issuer: 'me', jwtid: 'j', subject: 'you' });
console.log(decode(timed), verify(timed, 's', { clockTimestamp: 1700000100, audience: /b/, issuer: ['me'], maxAge: '1h' }));
const attempts = {
  expired: () => verify(timed, 's'),
  early: () => verify(timed, 's', { clockTimestamp: 1700000001 }),
  signature: () => verify(token, 'other'),
  malformed: () => verify('a.b', 's'),
  audience: () => verify(timed, 's', { clockTimestamp: 1700000100, audience: 'c' }),
  algorithms: () => verify(token, 'secret', { algorithms: ['RS256'] }),
  secret: () => sign({}, ''),
  payload: () => sign('text', 's', { expiresIn: 1 }),
  option: () => sign({}, 's', { expiresIn: 'nope' }),
  unknown: () => sign({}, 's', { algorithm: 'XX' }),
  none: () => verify(sign({}, '', { algorithm: 'none' }), 's'),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    console.log(name, attempt());
  } catch (error) {
    console.log(name, error.name, error.message, { ...error }, error instanceof JsonWebTokenError, error instanceof TokenExpiredError);
  }
}
console.log(await new Promise((resolve) => sign({ iat: 1 }, 's', (error, result) => resolve([error, result]))));
console.log(await new Promise((resolve) => verify(token, (header, done) => done(null, 'secret'), (error, result) => resolve([error, result]))));
