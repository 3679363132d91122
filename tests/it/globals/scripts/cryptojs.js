const crypto = cryptojslib.cryptojs;
const { enc } = crypto;
for (const name of ['MD5', 'SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512', 'SHA3', 'RIPEMD160']) {
  console.log(name, crypto[name]('grüße').toString(), crypto[`Hmac${name}`]('text', 'key').toString(enc.Base64));
}
const key = enc.Hex.parse('000102030405060708090a0b0c0d0e0f');
const iv = enc.Hex.parse('101112131415161718191a1b1c1d1e1f');
for (const mode of ['CBC', 'CFB', 'CTR', 'OFB', 'ECB']) {
  const options = { iv, mode: crypto.mode[mode], padding: crypto.pad.Pkcs7 };
  const sealed = crypto.AES.encrypt('a secret of some length', key, options);
  console.log(mode, sealed.toString(), sealed.ciphertext.toString(enc.Base64url), crypto.AES.decrypt(sealed.toString(), key, options).toString(enc.Utf8));
}
for (const name of ['DES', 'TripleDES', 'RC4', 'Blowfish']) {
  const options = { iv: enc.Hex.parse('1011121314151617') };
  const sealed = crypto[name].encrypt('text', key, options);
  console.log(name, sealed.toString(), crypto[name].decrypt(sealed.toString(), key, options).toString(enc.Utf8));
}
console.log(crypto.AES.decrypt(crypto.AES.encrypt('by passphrase', 'pass').toString(), 'pass').toString(enc.Utf8));
console.log(crypto.AES.decrypt('U2FsdGVkX18xMjM0NTY3OJpVYlFXyJ9+e4Cuaw7n2cA=', 'wrong').sigBytes);
console.log(crypto.PBKDF2('password', 'salt', { keySize: 8, iterations: 10 }).toString(), crypto.EvpKDF('password', 'salt', { keySize: 4 }).toString());
const progressive = crypto.algo.SHA256.create();
console.log(progressive.update('a').update('b').finalize().toString(), crypto.lib.WordArray.random(16).sigBytes, enc.Latin1.stringify(enc.Utf8.parse('é')).length);
try {
  enc.Utf8.stringify(enc.Hex.parse('ff'));
} catch (error) {
  console.log(error.name, error.message);
}
console.log(Object.keys(crypto));
