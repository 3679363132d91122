// OAuth 1.0a in three legs, its signatures, and OAuth 2.
const { vendor } = settings;
const client = new OAuth.OAuth(`${vendor}/oauth/request_token`, `${vendor}/oauth/access_token`, 'key', 'consumer secret', '1.0A', 'https://example.com/back', 'HMAC-SHA1');
client._getNonce = () => 'nonce';
client._getTimestamp = () => '1700000000';
const call = (target, method, ...args) => new Promise((resolve) => target[method](...args, (error, ...results) => resolve(error ? ['error', error] : results)));

console.log(Object.keys(OAuth));
console.log(await call(client, 'getOAuthRequestToken'));
console.log(await call(client, 'getOAuthAccessToken', 'request', 'hush', 'verifier'));
const me = await call(client, 'get', `${vendor}/oauth/me?b=2&a=1`, 'access', 'secret');
console.log(me[0], me[1].statusCode);
const denied = await call(client, 'get', `${vendor}/oauth/denied`, 'access', 'secret');
console.log(denied);
console.log(client.authHeader('https://api.example.com/1.1/statuses.json?q=a b', 'access', 'secret', 'POST'));
console.log(client.signUrl('https://api.example.com/1.1/x?z=1&a=%20', 'access', 'secret', 'GET'));
const posted = await call(client, 'post', `${vendor}/form`, 'access', 'secret', { status: 'hello world!', 'ü': "it's" });
console.log(posted[0], posted[1].statusCode);

const plain = new OAuth.OAuth(null, null, 'key', 'secret', '1.0', null, 'PLAINTEXT', 12);
console.log(plain._getNonce(12).length, plain._createSignature('base', 'hush'));
try {
  new OAuth.OAuth(null, null, 'key', 'secret', '1.0', null, 'MD5');
} catch (error) {
  console.log(error.message);
}
const echo = new OAuth.OAuthEcho('https://realm.example/', 'https://verify.example/', 'key', 'secret', '1.0A', 'HMAC-SHA1');
console.log(typeof echo.get, echo._createSignature('base', 'hush'));

const two = new OAuth.OAuth2('id', 'secret', `${vendor}/`, 'oauth2/authorize', 'oauth2/token', { 'X-Mine': 'yes' });
console.log(two.getAuthorizeUrl({ redirect_uri: 'https://example.com/back', scope: ['a', 'b'] }));
const [access, refresh, { expires_in }] = await call(two, 'getOAuthAccessToken', 'code', { grant_type: 'authorization_code' });
// Known to segfn as a secret by the header that it is in below.
console.log(access === 'bearer', refresh, expires_in);
two.useAuthorizationHeaderforGET(true);
console.log((await call(two, 'get', `${vendor}/oauth/me`, 'bearer'))[0]);
console.log(await call(two, 'get', `${vendor}/oauth/denied`, 'bearer'));
