const hash = (name, text) => crypto.createHash(name).update(text).digest('hex');
for (const name of ['md5', 'sha1', 'sha256', 'sha512', 'sha3-256', 'ripemd160', 'blake2b512']) console.log(name, hash(name, 'grüße'), crypto.createHmac(name, 'key').update('a').update(Buffer.from('b')).digest('base64url'));
console.log(crypto.createHash('shake256', { outputLength: 8 }).update('x').digest('hex'), crypto.getHashes().length, crypto.getCiphers().length, crypto.getCurves().length);
const key = Buffer.alloc(32, 7);
const iv = Buffer.alloc(16, 9);
for (const name of ['aes-256-cbc', 'aes-256-ctr', 'aes-256-ecb', 'camellia-256-cbc']) {
  const by = name.endsWith('ecb') ? null : iv;
  const cipher = crypto.createCipheriv(name, key, by);
  const sealed = cipher.update('a secret', 'utf8', 'hex') + cipher.final('hex');
  const opener = crypto.createDecipheriv(name, key, by);
  console.log(name, sealed, opener.update(sealed, 'hex', 'utf8') + opener.final('utf8'));
}
const gcm = crypto.createCipheriv('aes-256-gcm', key, iv.subarray(4)).setAAD(Buffer.from('also'));
const sealed = Buffer.concat([gcm.update('a secret'), gcm.final()]);
const tag = gcm.getAuthTag();
const opener = crypto.createDecipheriv('aes-256-gcm', key, iv.subarray(4)).setAAD(Buffer.from('also')).setAuthTag(tag);
console.log(sealed.toString('hex'), tag.toString('hex'), opener.update(sealed, undefined, 'utf8') + opener.final('utf8'));
console.log(crypto.pbkdf2Sync('p', 's', 10, 16, 'sha256').toString('hex'), crypto.scryptSync('p', 's', 16).toString('hex'), Buffer.from(crypto.hkdfSync('sha256', 'k', 's', 'i', 16)).toString('hex'));
const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const signature = crypto.sign('sha256', Buffer.from('text'), privateKey);
console.log(signature.length, crypto.verify('sha256', Buffer.from('text'), publicKey, signature), crypto.createVerify('RSA-SHA256').update('other').verify(publicKey, signature));
console.log(crypto.privateDecrypt(privateKey, crypto.publicEncrypt(publicKey, Buffer.from('sealed'))).toString(), publicKey.asymmetricKeyDetails, publicKey.export({ type: 'spki', format: 'pem' }).split('\n')[0]);
const pair = crypto.generateKeyPairSync('ed25519');
console.log(crypto.verify(null, Buffer.from('x'), pair.publicKey, crypto.sign(null, Buffer.from('x'), pair.privateKey)), pair.publicKey.export({ format: 'jwk' }).crv);
const [a, b] = [crypto.createECDH('prime256v1'), crypto.createECDH('prime256v1')];
a.generateKeys();
b.generateKeys();
console.log(a.computeSecret(b.getPublicKey()).equals(b.computeSecret(a.getPublicKey())), crypto.randomBytes(7).length, crypto.randomInt(5) < 5, crypto.randomUUID().length, crypto.timingSafeEqual(key, Buffer.alloc(32, 7)));
console.log(await new Promise((resolve) => crypto.randomBytes(3, (error, bytes) => resolve([error, bytes.length]))), await new Promise((resolve) => crypto.pbkdf2('p', 's', 1, 4, 'sha1', (error, made) => resolve(made.toString('hex')))));
for (const wrong of [
  () => crypto.createHash('nope'),
  () => crypto.createHash(),
  () => crypto.createHash('md5').update(5),
  () => {
    const twice = crypto.createHash('md5');
    twice.digest();
    twice.digest();
  },
  () => crypto.createHmac('sha256'),
  () => crypto.createCipheriv('aes-256-cbc', 'short', iv),
  () => crypto.createCipheriv('aes-256-cbc', key, 'x'),
  () => crypto.createCipheriv('nope', key, iv),
  () => crypto.createDecipheriv('aes-256-cbc', key, iv).final(),
  () => crypto.createPublicKey('nothing'),
  () => crypto.timingSafeEqual(key, iv),
  () => crypto.randomBytes(-1),
  () => crypto.pbkdf2Sync('p', 's', 0, 1, 'sha1'),
  () => crypto.createECDH('nope'),
]) {
  try {
    wrong();
    console.log('taken');
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
const digest = crypto.createHash('sha1');
digest.on('readable', () => {
  const made = digest.read();
  if (made) console.log('streamed', made.toString('hex'));
});
digest.write('through a stream');
digest.end();
await new Promise((resolve) => digest.on('end', resolve));
console.log(await crypto.webcrypto.subtle.digest('SHA-256', Buffer.from('x')), Object.keys(crypto).length);
