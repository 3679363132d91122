// Keys for RSA-PSS that are good for one hash and salt length only, and KeyObjects of the web's keys.
const show = (label, make) => {
  try {
    console.log(label, make());
  } catch (error) {
    console.log(label, error.name, error.code, error.message);
  }
};
const make = (options) => crypto.generateKeyPairSync('rsa-pss', { modulusLength: 1024, ...options });
for (const options of [
  {}, { saltLength: 8 }, { mgf1HashAlgorithm: 'sha256' }, { hashAlgorithm: 'sha1' }, { hashAlgorithm: 'SHA-256' }, { hashAlgorithm: 'RSA-SHA384' }, { hashAlgorithm: 'sha3-256' }, { hashAlgorithm: 'sha512-256' }, { hashAlgorithm: 'md5' },
  { hashAlgorithm: 'shake128' }, { hashAlgorithm: 'blake2b512' }, { hashAlgorithm: 'ripemd160' }, { hashAlgorithm: 'sha1', saltLength: 20 }, { hashAlgorithm: 'sha512', saltLength: 200 },
  { hashAlgorithm: 'nope' }, { hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'nope' }, { hashAlgorithm: 5 }, { saltLength: -1 }, { saltLength: 'x' },
]) {
  show(JSON.stringify(options), () => make(options).publicKey.asymmetricKeyDetails);
}
const { privateKey, publicKey } = make({ hashAlgorithm: 'sha256', saltLength: 16 });
const text = Buffer.from('text');
show('type', () => [privateKey.asymmetricKeyType, privateKey.asymmetricKeyDetails]);
show('signature', () => crypto.verify('sha256', text, publicKey, crypto.sign('sha256', text, privateKey)));
show('longer salt', () => crypto.sign('sha256', text, { key: privateKey, saltLength: 20 }).length);
show('shorter salt', () => crypto.sign('sha256', text, { key: privateKey, saltLength: 8 }));
show('another hash', () => crypto.sign('sha1', text, privateKey));
show('another padding', () => crypto.sign('sha256', text, { key: privateKey, padding: crypto.constants.RSA_PKCS1_PADDING }));
show('encrypt', () => crypto.publicEncrypt(publicKey, text));
show('written', () => crypto.createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).asymmetricKeyDetails);
show('private written', () => crypto.createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64').replace(/^(.*)$/, '-----BEGIN PRIVATE KEY-----\n$1\n-----END PRIVATE KEY-----')).asymmetricKeyDetails);
show('pkcs1', () => publicKey.export({ type: 'pkcs1', format: 'pem' }));
show('jwk', () => publicKey.export({ format: 'jwk' }));

const { subtle } = crypto.webcrypto;
const { KeyObject } = crypto;
const hmac = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
show('hmac', () => [KeyObject.from(hmac).type, KeyObject.from(hmac).symmetricKeySize]);
const aes = await subtle.importKey('raw', Buffer.alloc(16, 3), 'AES-GCM', false, ['encrypt']);
show('aes', () => KeyObject.from(aes).export());
const password = await subtle.importKey('raw', Buffer.from('password'), 'PBKDF2', false, ['deriveBits']);
show('pbkdf2', () => KeyObject.from(password).export());
for (const [name, algorithm, usages] of [
  ['ecdsa', { name: 'ECDSA', namedCurve: 'P-256' }, ['sign', 'verify']],
  ['ecdh', { name: 'ECDH', namedCurve: 'P-384' }, ['deriveBits']],
  ['oaep', { name: 'RSA-OAEP', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, ['encrypt', 'decrypt']],
  ['pss', { name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, ['sign', 'verify']],
  ['ed25519', 'Ed25519', ['sign', 'verify']],
]) {
  const pair = await subtle.generateKey(algorithm, false, usages);
  for (const key of [pair.privateKey, pair.publicKey]) {
    show(name, () => {
      const made = KeyObject.from(key);
      return [made.type, made.asymmetricKeyType, made.asymmetricKeyDetails, made.equals(KeyObject.from(key))];
    });
  }
  show('fit', () => crypto.createPublicKey(KeyObject.from(pair.privateKey)).equals(KeyObject.from(pair.publicKey)));
}
for (const wrong of [{}, 5, null, make({}).publicKey]) show('wrong', () => KeyObject.from(wrong));
