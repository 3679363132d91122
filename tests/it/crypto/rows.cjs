'use strict';

// Calls whose results, errors included, must be the same in segfn as in Node.

const PASSPHRASE = 'open sesame';

/** A value as JSON can carry it and tests can compare it. */
function shown(value) {
  if (Buffer.isBuffer(value)) return `Buffer ${value.toString('hex')}`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer ${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return value.map(shown);
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(one)]));
  return value;
}

const failure = ({ name, message, code, library, reason }) => ({ name, message, code, library, reason });

exports.rows = async (require, keys) => {
  const crypto = require('crypto');
  const { promisify, inspect, types } = require('util');
  const rows = {};
  const add = (name, body) => {
    if (name in rows) throw new Error(`two rows are named ${name}`);
    try {
      rows[name] = shown(body(crypto));
    } catch (error) {
      rows[name] = failure(error);
    }
  };
  /** Rows that are named by their code. */
  const each = (...bodies) => bodies.forEach((body) => add(String(body), body));
  const later = async (name, promise) => {
    rows[name] = await promise.then(shown, failure);
  };
  const K = (bytes) => Buffer.alloc(bytes, 7);
  const text = Buffer.from('some text that is longer than a block');
  const { rsa, ec, ed, dsa, pss, sealedPem, x25519, certificate } = keys;
  const rsaPublic = crypto.createPublicKey(rsa);

  // The module itself.
  add('members', () => Object.keys(crypto));
  for (const name of Object.keys(crypto)) {
    // Some functions have no name in Node.
    if (!/constants|webcrypto|subtle/.test(name)) add(`${name} is`, (c) => `${typeof c[name]} ${/^get|^privateDecrypt/.test(name) ? '' : c[name].name}`);
  }
  each((c) => ({ ...c.constants }), (c) => c.getCiphers(), (c) => c.getCurves(), (c) => c.getHashes(), (c) => c.getFips(), (c) => c.secureHeapUsed() !== null);

  // Hashes.
  for (const algorithm of [...crypto.getHashes(), 'SHA256', 'sha-256', 'sha512/256', 'nope', 'md4', 'whirlpool', '']) {
    add(`hash ${algorithm}`, (c) => c.createHash(algorithm).update('abc').digest('hex'));
    add(`hmac ${algorithm}`, (c) => c.createHmac(algorithm, 'key').update('abc').digest('hex'));
    add(`hmac ${algorithm} without a key`, (c) => c.createHmac(algorithm, '').update('abc').digest('hex'));
  }
  each(
    (c) => c.createHash('shake128', { outputLength: 40 }).update('abc').digest('hex'),
    (c) => c.createHash('shake256', { outputLength: 0 }).update('abc').digest('hex'),
    (c) => c.createHash('shake256').copy({ outputLength: 5 }).update('abc').digest('hex'),
    (c) => c.createHash('sha256', { outputLength: 5 }),
    (c) => c.createHash('sha256', { outputLength: 32 }).update('a').digest('hex'),
    (c) => c.createHash('sha256').copy({ outputLength: 5 }),
    (c) => c.createHash('sha1', { outputLength: -1 }),
    (c) => c.createHmac('sha256', c.createSecretKey(K(8))).update('a').digest('hex'),
    (c) => c.createHmac('sha256', rsaPublic),
    (c) => c.createHmac('sha256', {}),
    (c) => c.createHash('blake2s256').update(Buffer.alloc(100_000)).update('x').digest('hex'),
    (c) => c.createHmac('sha3-256', 'k').update(Buffer.alloc(100_000)).digest('hex'),
  );

  // Ciphers.
  add('bad padding', (c) => { const x = c.createDecipheriv('aes-128-cbc', K(16), K(16)); x.update(K(16)); return x.final(); });
  add('half a block', (c) => { const x = c.createCipheriv('aes-128-cbc', K(16), K(16)); x.setAutoPadding(false); x.update('a'); return x.final(); });
  add('update after final', (c) => { const x = c.createCipheriv('aes-128-cbc', K(16), K(16)); x.final(); return x.update('a'); });
  for (const cipher of [...crypto.getCiphers(), 'AES-256-CBC', 'nope', 'aes-128-siv', '']) {
    add(`info ${cipher}`, (c) => c.getCipherInfo(cipher));
    // Those of TLS want its records, and Triple DES wraps at random.
    if (/hmac|des3-wrap|3DESwrap/.test(cipher)) continue;
    add(`cipher ${cipher}`, (c) => {
      const { keyLength = 16, ivLength } = c.getCipherInfo(cipher) ?? {};
      // XTS wants two keys that differ.
      const key = Buffer.from(Array.from({ length: keyLength }, (_, i) => i));
      const encrypt = c.createCipheriv(cipher, key, ivLength ? K(ivLength) : null, { authTagLength: 16 });
      return encrypt.update(Buffer.alloc(32, 1), null, 'hex') + encrypt.final('hex');
    });
  }
  each(
    (c) => c.getCipherInfo(423), (c) => c.getCipherInfo('aes-128-gcm', { ivLength: 20 }),
    (c) => c.getCipherInfo('aes-128-ccm', { ivLength: 14 }), (c) => c.getCipherInfo('aes-128-cbc', { ivLength: 12 }), (c) => c.getCipherInfo('aes-128-cbc', 5), (c) => c.getCipherInfo({}),
    (c) => c.getCipherInfo('aes-128-cbc', { keyLength: 'x' }),
    (c) => c.createCipheriv('aes-128-cbc', K(16), K(15)), (c) => c.createCipheriv('aes-128-cbc', K(16), null),
    (c) => c.createCipheriv('aes-128-cbc', K(16)), (c) => c.createCipheriv('aes-128-ecb', K(16), K(16)), (c) => c.createCipheriv('aes-128-ecb', K(16), ''), (c) => c.createCipheriv(5, K(16), K(16)),
    (c) => c.createCipheriv('aes-128-cbc', 5, K(16)), (c) => c.createCipheriv('aes-128-cbc', K(16), 5), (c) => c.createCipheriv('aes-128-gcm', K(16), K(0)),
    (c) => c.createCipheriv('aes-128-gcm', K(16), K(12), { authTagLength: 5 }), (c) => c.createCipheriv('aes-128-ccm', K(16), K(12)), (c) => c.createCipheriv('aes-128-ccm', K(16), K(6), { authTagLength: 16 }),
    (c) => c.createCipheriv('aes-128-ccm', K(16), K(12), { authTagLength: 3 }), (c) => c.createCipheriv('aes-128-gcm', K(16), K(12), { authTagLength: -1 }),
    (c) => c.createCipheriv('chacha20-poly1305', K(32), K(13)), (c) => c.createCipheriv('aes-128-ocb', K(16), K(12)), (c) => c.createCipheriv('aes-128-cbc', rsaPublic, K(16)),
    (c) => c.createCipheriv('aes-128-cbc', c.createSecretKey(K(16)), K(16)).update('a', 'utf8', 'hex'),
    (c) => c.createCipheriv('aes-128-cbc', '0123456789abcdef', 'fedcba9876543210').update('é'.repeat(20), 'latin1', 'base64'),
    (c) => { const x = c.createCipheriv('aes-128-cbc', K(16), K(16)); x.final(); return x.final(); },
    (c) => { const x = c.createCipheriv('aes-128-cbc', K(16), K(16)); x.final(); return x.setAutoPadding(false); },
    (c) => { const x = c.createCipheriv('aes-128-cbc', K(16), K(16)); return x.getAuthTag(); },
    (c) => { const x = c.createCipheriv('aes-128-cbc', K(16), K(16)); return x.setAAD(K(3)); },
    (c) => { const x = c.createCipheriv('aes-128-gcm', K(16), K(12)); return x.getAuthTag(); },
    (c) => { const x = c.createCipheriv('aes-128-gcm', K(16), K(12)); x.update('a'); x.final(); return x.getAuthTag(); },
    (c) => { const x = c.createCipheriv('aes-128-gcm', K(16), K(12), { authTagLength: 4 }); x.update('a'); x.final(); return x.getAuthTag(); },
    (c) => { const x = c.createCipheriv('aes-128-cbc', K(16), K(16)); return x.update('abc', 'hex'); },
    (c) => { const x = c.createCipheriv('aes-128-cbc', K(16), K(16)); return x.update(5); },
    (c) => { const x = c.createCipheriv('aes-128-cbc', K(16), K(16)); return x.update('a', 'utf8', 'nope'); },
    (c) => { const x = c.createDecipheriv('aes-128-cbc', K(16), K(16)); x.update(K(15)); return x.final(); },
    (c) => { const x = c.createDecipheriv('aes-128-cbc', K(16), K(16)); return x.final(); },
    (c) => { const x = c.createDecipheriv('aes-128-cbc', K(16), K(16)); return x.setAuthTag(K(16)); },
    (c) => { const x = c.createDecipheriv('aes-128-gcm', K(16), K(12)); x.update(K(16)); return x.final(); },
    (c) => { const x = c.createDecipheriv('aes-128-gcm', K(16), K(12)); x.setAuthTag(K(16)); x.update(K(16)); return x.final(); },
    (c) => { const x = c.createDecipheriv('aes-128-gcm', K(16), K(12)); x.setAuthTag(K(16)); return x.setAuthTag(K(16)); },
    (c) => { const x = c.createDecipheriv('aes-128-gcm', K(16), K(12)); return x.setAuthTag(K(17)); },
    (c) => { const x = c.createDecipheriv('aes-128-gcm', K(16), K(12)); return x.setAuthTag(5); },
    (c) => { const x = c.createDecipheriv('aes-128-gcm', K(16), K(12), { authTagLength: 12 }); return x.setAuthTag(K(16)); },
    (c) => { const x = c.createDecipheriv('aes-128-ccm', K(16), K(12), { authTagLength: 16 }); x.setAuthTag(K(16)); x.update(K(16)); return x.final(); },
    (c) => { const x = c.createDecipheriv('aes-128-ccm', K(16), K(12), { authTagLength: 16 }); x.update(K(16)); return x.final(); },
    (c) => { const x = c.createCipheriv('aes-128-ccm', K(16), K(12), { authTagLength: 16 }); return x.setAAD(K(3)); },
    (c) => { const x = c.createCipheriv('aes-128-ccm', K(16), K(13), { authTagLength: 16 }); return x.update(Buffer.alloc(65536)); },
    (c) => { const x = c.createCipheriv('aes-128-ccm', K(16), K(13), { authTagLength: 16 }); return x.setAAD(K(3), { plaintextLength: 65536 }); },
    (c) => { const x = c.createCipheriv('aes-128-gcm', K(16), K(12)); return x.setAAD(K(3), { plaintextLength: -1 }); },
    (c) => { const x = c.createCipheriv('aes-256-cbc', K(32), K(16)); return [x.update('é', 'utf8', 'base64'), x.update('€', 'utf8', 'base64'), x.final('base64')]; },
    (c) => { const x = c.createDecipheriv('aes-128-ctr', K(16), K(16)); return [x.update(K(5), null, 'utf8'), x.final('utf8')]; },
    (c) => inspect(Object.keys(c.createCipheriv('aes-128-cbc', K(16), K(16)))).length > 0,
    (c) => c.createCipheriv('aes-128-cbc', K(16), K(16)) instanceof require('stream').Transform,
    (c) => c.Cipheriv('aes-128-cbc', K(16), K(16)) instanceof c.Cipheriv,
    (c) => { const x = c.createCipher('aes-192-cbc', 'password'); return x.update('a', 'utf8', 'hex') + x.final('hex'); },
    (c) => { const x = c.createDecipher('aes-128-ecb', 'password'); return x.update(K(16)); },
  );
  const streamed = (make, chunks) => new Promise((resolve, reject) => {
    const stream = make(crypto);
    const got = [];
    stream.on('data', (chunk) => got.push(chunk)).on('end', () => resolve(Buffer.concat(got))).on('error', reject);
    chunks.forEach((chunk) => stream.write(chunk));
    stream.end();
  });
  await later('a cipher as a stream', streamed((c) => c.createCipheriv('aes-128-cbc', K(16), K(16)), ['a', text, 'é']));
  await later('a cipher as a stream that fails', streamed((c) => c.createDecipheriv('aes-128-cbc', K(16), K(16)), [text]));
  await later('a sealed stream that fails', streamed((c) => c.createDecipheriv('aes-128-gcm', K(16), K(12)).setAuthTag(K(16)), [text]));
  await later('an HMAC as a stream', streamed((c) => c.createHmac('sha3-256', 'k'), [text]));

  // Derived keys.
  each(
    (c) => c.pbkdf2Sync('p', 's', 1000, 20, 'sha512'), (c) => c.pbkdf2Sync(K(3), new Uint16Array(4), 1, 0, 'sha512'), (c) => c.pbkdf2Sync('p', 's', 1, 20, 'sha3-256'),
    (c) => c.pbkdf2Sync('p', 's', 0, 20, 'sha1'), (c) => c.pbkdf2Sync('p', 's', 1.5, 20, 'sha1'), (c) => c.pbkdf2Sync('p', 's', 1, -1, 'sha1'), (c) => c.pbkdf2Sync('p', 's', 1, 20, 'nope'),
    (c) => c.pbkdf2Sync('p', 's', 1, 20), (c) => c.pbkdf2Sync(5, 's', 1, 20, 'sha1'), (c) => c.pbkdf2Sync('p', null, 1, 20, 'sha1'), (c) => c.pbkdf2('p', 's', 1, 20, 'sha1'), (c) => c.pbkdf2('p', 's', 1, 20, 'nope', () => {}),
    (c) => c.pbkdf2Sync('p', 's', 1, 2 ** 31, 'sha1'), (c) => c.pbkdf2Sync('p', 's', '1', 20, 'sha1'),
    (c) => c.scryptSync('p', 's', 20), (c) => c.scryptSync('p', 's', 0), (c) => c.scryptSync('p', 's', 20, { cost: 1024, blockSize: 4, parallelization: 2 }), (c) => c.scryptSync('p', 's', 20, { N: 3 }),
    (c) => c.scryptSync('p', 's', 20, { N: 1 }), (c) => c.scryptSync('p', 's', 20, { N: 2 ** 20 }), (c) => c.scryptSync('p', 's', 20, { N: 2 ** 15, maxmem: 2 ** 20 }), (c) => c.scryptSync('p', 's', 20, { N: 16, cost: 16 }),
    (c) => c.scryptSync('p', 's', 20, { N: 0, r: 0, p: 0 }), (c) => c.scryptSync('p', 's', 20, { N: 'x' }), (c) => c.scryptSync('p', 's', 20, { p: 2 ** 31 }), (c) => c.scryptSync('p', 's', 20, { r: 2 ** 31 }), (c) => c.scryptSync('p', 's', 20, { maxmem: -1 }),
    (c) => c.scryptSync('p', 's', -1), (c) => c.scryptSync('p'), (c) => c.scryptSync(), (c) => c.scrypt('p', 's', 20), (c) => c.scrypt('p', 's', 20, {}), (c) => c.scryptSync('p', 's', 20, { N: 2 ** 16, r: 1, maxmem: 2 ** 30 }),
    (c) => c.hkdfSync('sha512', 'key', 'salt', 'info', 64), (c) => c.hkdfSync('sha256', c.createSecretKey(K(9)), K(1), K(2), 10), (c) => c.hkdfSync('sha256', '', '', '', 8), (c) => c.hkdfSync('sha256', 'k', 's', 'i', 0),
    (c) => c.hkdfSync('nope', 'k', 's', 'i', 8), (c) => c.hkdfSync('sha256', 5, 's', 'i', 8), (c) => c.hkdfSync('sha256', 'k', 5, 'i', 8), (c) => c.hkdfSync('sha256', 'k', 's', 5, 8), (c) => c.hkdfSync('sha256', 'k', 's', K(1025), 8),
    (c) => c.hkdfSync('sha256', 'k', 's', 'i', -1), (c) => c.hkdfSync('sha256', 'k', 's', 'i', 255 * 32 + 1), (c) => c.hkdfSync(5), (c) => c.hkdf('sha256', 'k', 's', 'i', 8), (c) => c.hkdfSync('sha3-512', 'k', 's', 'i', 8),
  );
  await later('pbkdf2', promisify(crypto.pbkdf2)('p', 's', 10, 20, 'sha256'));
  await later('scrypt', promisify(crypto.scrypt)('p', 's', 20));
  await later('hkdf', promisify(crypto.hkdf)('sha256', 'k', 's', 'i', 20));

  // Keys.
  const forms = { rsa, ec, ed, dsa, pss, x25519 };
  for (const [name, pem] of Object.entries(forms)) {
    const key = crypto.createPrivateKey(pem);
    for (const [half, object] of [['private', key], ['public', crypto.createPublicKey(pem)]]) {
      add(`${name} ${half} facts`, () => [object.type, object.asymmetricKeyType, object.asymmetricKeyDetails, object.symmetricKeySize, inspect(object), String(object)]);
      for (const format of ['pem', 'der', 'jwk', 'nope', undefined]) {
        for (const type of ['pkcs1', 'pkcs8', 'spki', 'sec1', 'nope', undefined]) {
          add(`${name} ${half} as ${format} ${type}`, () => object.export({ format, type }));
        }
      }
      add(`${name} ${half} without options`, () => object.export());
    }
  }
  const pem = (body) => `-----BEGIN ${body}`;
  each(
    (c) => c.createPrivateKey('x'), (c) => c.createPrivateKey(''), (c) => c.createPrivateKey(5), (c) => c.createPrivateKey(null), (c) => c.createPrivateKey(), (c) => c.createPrivateKey({}), (c) => c.createPrivateKey({ key: 5 }),
    (c) => c.createPrivateKey(rsaPublic), (c) => c.createPrivateKey(rsaPublic.export({ format: 'pem', type: 'spki' })), (c) => c.createPrivateKey(c.createPrivateKey(rsa)), (c) => c.createPrivateKey({ key: rsa, format: 'nope' }),
    (c) => c.createPrivateKey({ key: K(9), format: 'der' }), (c) => c.createPrivateKey({ key: K(9), format: 'der', type: 'spki' }), (c) => c.createPrivateKey({ key: K(9), format: 'der', type: 'pkcs8' }).type,
    (c) => c.createPrivateKey({ key: K(9), format: 'der', type: 'pkcs1' }), (c) => c.createPrivateKey({ key: K(9), format: 'der', type: 'sec1' }), (c) => c.createPrivateKey({ key: rsa, passphrase: 5 }), (c) => c.createPrivateKey({ key: rsa, passphrase: 'x' }).type,
    (c) => c.createPrivateKey(sealedPem), (c) => c.createPrivateKey({ key: sealedPem, passphrase: 'wrong' }), (c) => c.createPrivateKey({ key: sealedPem, passphrase: PASSPHRASE }).type, (c) => c.createPrivateKey({ key: sealedPem, passphrase: Buffer.from(PASSPHRASE) }).type,
    (c) => c.createPrivateKey(rsa.slice(0, 200)), (c) => c.createPrivateKey(rsa.replace(/M/g, 'N')), (c) => c.createPrivateKey({ key: rsa.replace(/\n/g, '\r\n') }).type, (c) => c.createPrivateKey(`hello\n${rsa}`).type,
    (c) => c.createPublicKey('x'), (c) => c.createPublicKey(5), (c) => c.createPublicKey({ key: K(9), format: 'der', type: 'spki' }), (c) => c.createPublicKey({ key: K(9), format: 'der', type: 'pkcs1' }), (c) => c.createPublicKey(rsaPublic),
    (c) => c.createPublicKey(c.createSecretKey(K(3))), (c) => c.createPublicKey(c.createPrivateKey(rsa)).type, (c) => c.createPublicKey(certificate).asymmetricKeyType, (c) => c.createPublicKey(sealedPem), (c) => c.createPublicKey({ key: sealedPem, passphrase: PASSPHRASE }).type,
    (c) => c.createPublicKey(pem('PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----')), (c) => c.createPublicKey(pem('CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')), (c) => c.createPublicKey(pem('RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----')),
    (c) => c.createSecretKey(5), (c) => c.createSecretKey('').symmetricKeySize, (c) => c.createSecretKey('aabb', 'hex').export(), (c) => c.createSecretKey(K(3)).export({ format: 'jwk' }), (c) => c.createSecretKey(K(3)).export({ format: 'pem' }),
    (c) => c.createSecretKey(K(3)).export(5), (c) => c.createSecretKey(K(3)).equals(c.createSecretKey(K(3))), (c) => c.createSecretKey(K(3)).equals(c.createSecretKey(K(4))), (c) => c.createSecretKey(K(3)).equals(rsaPublic), (c) => c.createSecretKey(K(3)).equals(5),
    (c) => c.createSecretKey(K(3)).asymmetricKeyType, (c) => inspect(c.createSecretKey(K(3))), (c) => Object.keys(rsaPublic), (c) => rsaPublic instanceof c.KeyObject, (c) => new c.KeyObject('x'), (c) => new c.KeyObject('secret', 5), (c) => c.KeyObject.from(5),
    (c) => c.createPrivateKey(rsa).export({ format: 'pem', type: 'pkcs8', cipher: 'nope', passphrase: 'x' }), (c) => c.createPrivateKey(rsa).export({ format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc' }), (c) => c.createPrivateKey(rsa).export({ format: 'pem', type: 'pkcs8', passphrase: 'x' }),
    (c) => c.createPrivateKey(rsa).export({ format: 'der', type: 'pkcs1', cipher: 'aes-128-cbc', passphrase: 'x' }), (c) => c.createPrivateKey(rsa).export({ format: 'jwk', passphrase: 'x' }), (c) => c.createPrivateKey(rsa).export({ format: 'pem', type: 'pkcs8', cipher: 5, passphrase: 'x' }),
    (c) => c.createPublicKey({ key: {}, format: 'jwk' }), (c) => c.createPublicKey({ key: 'x', format: 'jwk' }), (c) => c.createPublicKey({ key: { kty: 'RSA' }, format: 'jwk' }), (c) => c.createPublicKey({ key: { kty: 'RSA', n: '', e: '' }, format: 'jwk' }).type,
    (c) => c.createPublicKey({ key: { kty: 'EC', crv: 'P-1' }, format: 'jwk' }), (c) => c.createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }, format: 'jwk' }), (c) => c.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: 'AA' }, format: 'jwk' }),
    (c) => c.createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: 'AA' }, format: 'jwk' }), (c) => c.createPrivateKey({ key: { kty: 'oct', k: 'AA' }, format: 'jwk' }), (c) => c.createPrivateKey({ key: { kty: 'RSA', n: 'AA', e: 'AA', d: 'AA' }, format: 'jwk' }),
  );

  // Signatures.
  for (const [name, key] of Object.entries(forms)) {
    for (const digest of ['sha256', 'nope', null, undefined, 5]) {
      const fixed = name === 'rsa' || (name === 'ed' && digest == null);
      add(`sign ${name} ${digest}`, (c) => (fixed ? c.sign(digest, text, key) : c.sign(digest, text, key).length > 0));
      add(`verify ${name} ${digest}`, (c) => c.verify(digest, text, key, K(64)));
      add(`createSign ${name} ${digest}`, (c) => (fixed ? c.createSign(digest).update(text).sign(key) : c.createSign(digest).update(text).sign(key).length > 0));
      add(`createVerify ${name} ${digest}`, (c) => c.createVerify(digest).update(text).verify(key, K(64)));
    }
  }
  const { RSA_PKCS1_PSS_PADDING, RSA_NO_PADDING, RSA_PKCS1_PADDING, RSA_PKCS1_OAEP_PADDING } = crypto.constants;
  each(
    (c) => c.createSign('RSA-SHA256').update('a').sign(rsa, 'base64'), (c) => c.createSign('sha512').update('a', 'latin1').update('é', 'latin1').sign({ key: rsa }, 'hex'), (c) => c.createSign('sha256').update('a').sign({ key: rsa, padding: RSA_PKCS1_PSS_PADDING, saltLength: 0 }),
    (c) => c.createSign('RSA-SHA1').update('a').sign(c.createPrivateKey(rsa)), (c) => c.createSign('ripemd160').update('a').sign(rsa), (c) => c.createSign('sha3-256').update('a').sign(rsa), (c) => c.createSign('md5').update('a').sign(rsa),
    (c) => c.createSign('sha256').sign(), (c) => c.createSign('sha256').sign(null), (c) => c.createSign('sha256').sign(rsaPublic), (c) => c.createSign('sha256').sign('x'), (c) => c.createSign('sha256').sign({ key: rsa, padding: 'x' }), (c) => c.createSign('sha256').sign({ key: rsa, padding: 99 }),
    (c) => c.createSign('sha256').sign({ key: rsa, padding: RSA_NO_PADDING }), (c) => c.createSign('sha256').sign({ key: rsa, padding: RSA_PKCS1_OAEP_PADDING }), (c) => c.createSign('sha256').sign({ key: rsa, saltLength: 'x' }), (c) => c.createSign('sha256').sign({ key: rsa, padding: RSA_PKCS1_PSS_PADDING, saltLength: 999 }),
    (c) => c.createSign('sha256').sign({ key: rsa, padding: RSA_PKCS1_PSS_PADDING, saltLength: -9 }), (c) => c.createSign('sha256').sign({ key: ec, dsaEncoding: 'x' }), (c) => c.createSign('sha256').sign({ key: ec, dsaEncoding: 'ieee-p1363' }).length, (c) => c.createSign('sha256').sign({ key: sealedPem }),
    (c) => c.createSign('sha256').sign({ key: sealedPem, passphrase: PASSPHRASE }), (c) => { const s = c.createSign('sha256'); s.sign(rsa); return s.sign(rsa); }, (c) => { const s = c.createSign('sha256'); s.sign(rsa); return s.update('a'); },
    (c) => c.createSign('sha256').update(5), (c) => c.createSign('sha256').update('abc', 'hex'), (c) => c.createSign('sha512').update('a').sign({ key: rsa, padding: RSA_PKCS1_PSS_PADDING }).length, (c) => c.Sign('sha256') instanceof require('stream').Writable,
    (c) => c.createVerify('sha256').verify(rsa, 'x'), (c) => c.createVerify('sha256').verify(rsaPublic, 5), (c) => c.createVerify('sha256').verify(null, K(3)), (c) => c.createVerify('sha256').verify('x', K(3)), (c) => c.createVerify('sha256').verify({ key: ec, dsaEncoding: 'ieee-p1363' }, K(3)),
    (c) => { const v = c.createVerify('sha256'); v.verify(rsa, K(3)); return v.verify(rsa, K(3)); }, (c) => c.createVerify('sha256').verify(certificate, K(3)),
    (c) => c.verify('sha256', text, { key: ec, dsaEncoding: 'ieee-p1363' }, K(3)), (c) => c.sign('shake128', text, rsa).length > 0,
    (c) => c.sign('sha256', 'text', rsa), (c) => c.sign('sha256', 5, rsa), (c) => c.sign('sha256', text), (c) => c.verify('sha256', text, rsa, 'x'), (c) => c.verify('sha256', text, rsa), (c) => c.sign('sha256', text, rsa, 5), (c) => c.sign('sha256', text, { key: rsa, padding: RSA_PKCS1_PADDING }),
  );
  await later('sign later', promisify(crypto.sign)('sha256', text, rsa));
  await later('sign later with no key', promisify(crypto.sign)('nope', text, rsa));
  await later('verify later', promisify(crypto.verify)('sha256', text, rsa, crypto.sign('sha256', text, rsa)));

  // RSA both ways.
  each(
    (c) => c.publicDecrypt(rsa, c.privateEncrypt(rsa, K(9))), (c) => c.privateDecrypt(rsa, c.publicEncrypt(rsa, K(9))), (c) => c.privateEncrypt(rsa, K(9)), (c) => c.privateEncrypt(rsa, Buffer.alloc(500)), (c) => c.publicEncrypt(rsa, Buffer.alloc(500)), (c) => c.publicEncrypt(rsa, 5),
    (c) => c.publicEncrypt(5, K(9)), (c) => c.privateDecrypt(rsa, K(9)), (c) => c.privateDecrypt(rsa, K(128)), (c) => c.publicDecrypt(rsa, K(128)), (c) => c.privateDecrypt({ key: rsa, padding: RSA_PKCS1_PADDING }, K(128)), (c) => c.publicEncrypt({ key: rsa, padding: 99 }, K(9)),
    (c) => c.publicEncrypt({ key: rsa, oaepHash: 'nope' }, K(9)), (c) => c.publicEncrypt({ key: rsa, oaepHash: 5 }, K(9)), (c) => c.publicEncrypt({ key: rsa, oaepLabel: 5 }, K(9)), (c) => c.privateDecrypt({ key: rsa, oaepLabel: 'a' }, c.publicEncrypt({ key: rsa, oaepLabel: 'b' }, K(9))),
    (c) => c.privateDecrypt({ key: rsa, oaepHash: 'sha512' }, c.publicEncrypt({ key: rsa, oaepHash: 'sha256' }, K(9))), (c) => c.publicEncrypt(ec, K(9)), (c) => c.privateEncrypt(rsaPublic, K(9)), (c) => c.publicEncrypt({ key: rsa, padding: RSA_NO_PADDING }, Buffer.alloc(128, 1)),
    (c) => c.publicEncrypt({ key: rsa, padding: RSA_NO_PADDING }, K(9)), (c) => c.privateDecrypt(rsaPublic, K(128)), (c) => c.publicEncrypt(c.createSecretKey(K(9)), K(9)), (c) => c.publicEncrypt({ key: rsa, padding: RSA_PKCS1_PADDING }, K(9)).length,
  );

  // Agreement on secrets.
  const p = crypto.getDiffieHellman('modp2').getPrime();
  each(
    (c) => c.createDiffieHellman(p).verifyError, (c) => c.createDiffieHellman(p, 5).verifyError, (c) => c.createDiffieHellman(Buffer.from([23]), 5).verifyError, (c) => c.createDiffieHellman(Buffer.from([24])).verifyError, (c) => c.createDiffieHellman(p, 0).getGenerator('hex'), (c) => c.createDiffieHellman(p, 1),
    (c) => c.createDiffieHellman(), (c) => c.createDiffieHellman(1), (c) => c.createDiffieHellman(-1), (c) => c.createDiffieHellman('17', 'hex').getPrime('hex'), (c) => c.createDiffieHellman('17', 'hex', '05', 'hex').getGenerator('hex'), (c) => c.createDiffieHellman(p, {}),
    (c) => c.createDiffieHellman(p).getPublicKey(), (c) => c.createDiffieHellman(p).getPrivateKey(), (c) => c.createDiffieHellman(p).computeSecret(K(3)), (c) => c.getDiffieHellman('nope'), (c) => c.getDiffieHellman('modp1').getPrime('hex'), (c) => c.getDiffieHellman('modp14').verifyError,
    (c) => c.getDiffieHellman('modp5').setPublicKey, (c) => { const d = c.createDiffieHellman(p); d.setPrivateKey(Buffer.from([3])); return [d.getPrivateKey('hex'), d.generateKeys('hex'), d.computeSecret(Buffer.from([5]), null, 'hex')]; },
    (c) => { const d = c.createDiffieHellman(p); d.setPrivateKey('03', 'hex'); return d.computeSecret(Buffer.from([1])); }, (c) => { const d = c.createDiffieHellman(p); d.setPrivateKey('03', 'hex'); return d.computeSecret(p); }, (c) => { const d = c.createDiffieHellman(p); d.setPrivateKey('03', 'hex'); return d.computeSecret(5); },
    (c) => c.createECDH('nope'), (c) => c.createECDH(), (c) => c.createECDH('P-256') instanceof c.ECDH, (c) => c.createECDH('prime256v1').getPublicKey(), (c) => c.createECDH('prime256v1').getPrivateKey(), (c) => c.createECDH('prime256v1').computeSecret(K(3)), (c) => c.createECDH('prime256v1').setPrivateKey(K(0)),
    (c) => c.createECDH('prime256v1').setPrivateKey(Buffer.alloc(32, 255)), (c) => { const e = c.createECDH('prime256v1'); e.setPrivateKey(K(32)); return ['compressed', 'uncompressed', 'hybrid', undefined].map((form) => e.getPublicKey('hex', form)); },
    (c) => { const e = c.createECDH('prime256v1'); e.setPrivateKey(K(32)); return e.computeSecret(e.getPublicKey(), null, 'hex'); }, (c) => { const e = c.createECDH('prime256v1'); e.setPrivateKey(K(32)); return e.computeSecret(K(65)); }, (c) => { const e = c.createECDH('prime256v1'); e.setPrivateKey(K(32)); return e.getPublicKey('hex', 'nope'); },
    (c) => { const e = c.createECDH('secp256k1'); e.setPrivateKey(K(32)); return c.ECDH.convertKey(e.getPublicKey(), 'secp256k1', null, 'hex', 'compressed'); }, (c) => c.ECDH.convertKey(K(3), 'secp256k1'), (c) => c.ECDH.convertKey(K(3), 'nope'), (c) => c.ECDH.convertKey(K(3), 'secp256k1', null, 'hex', 'nope'),
    (c) => c.diffieHellman(), (c) => c.diffieHellman({}), (c) => c.diffieHellman({ privateKey: rsaPublic, publicKey: rsaPublic }), (c) => c.diffieHellman({ privateKey: c.createPrivateKey(rsa), publicKey: rsaPublic }), (c) => c.diffieHellman({ privateKey: c.createPrivateKey(ec), publicKey: c.createPublicKey(ec) }),
    (c) => c.diffieHellman({ privateKey: c.createPrivateKey(x25519), publicKey: c.createPublicKey(x25519) }), (c) => c.diffieHellman({ privateKey: c.createPrivateKey(ec), publicKey: c.createPublicKey(x25519) }),
  );

  add('a secret whose Buffer changes', (c) => { const bytes = K(3); const key = c.createSecretKey(bytes); bytes[0] = 0; key.export()[1] = 0; return key.export(); });
  add('a private key whose Buffer changes', (c) => { const d = c.createDiffieHellman(p); const key = Buffer.from([3]); d.setPrivateKey(key); key[0] = 0; d.getPrivateKey()[0] = 1; return d.getPrivateKey(); });

  // New keys.
  const pairShape = ({ publicKey, privateKey }) => [publicKey, privateKey].map((key) => (typeof key === 'string' ? key.slice(0, 30) : Buffer.isBuffer(key) ? key.length > 10 : key.export ? [key.type, key.asymmetricKeyType, key.asymmetricKeyDetails] : Object.keys(key)));
  each(
    (c) => pairShape(c.generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 })), (c) => pairShape(c.generateKeyPairSync('rsa', { modulusLength: 1024, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })),
    (c) => pairShape(c.generateKeyPairSync('rsa', { modulusLength: 1024, publicKeyEncoding: { type: 'pkcs1', format: 'der' }, privateKeyEncoding: { type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } })), (c) => pairShape(c.generateKeyPairSync('ec', { namedCurve: 'P-384', publicKeyEncoding: { format: 'jwk' } })),
    (c) => pairShape(c.generateKeyPairSync('ed25519')), (c) => pairShape(c.generateKeyPairSync('x448')), (c) => pairShape(c.generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })), (c) => pairShape(c.generateKeyPairSync('dh', { group: 'modp5' })), (c) => pairShape(c.generateKeyPairSync('dh', { prime: p })),
    (c) => c.generateKeyPairSync('nope'), (c) => c.generateKeyPairSync(5), (c) => c.generateKeyPairSync('rsa'), (c) => c.generateKeyPairSync('rsa', {}), (c) => c.generateKeyPairSync('rsa', { modulusLength: 'x' }), (c) => c.generateKeyPairSync('rsa', { modulusLength: 16 }), (c) => c.generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 4 }),
    (c) => c.generateKeyPairSync('ec', { namedCurve: 'nope' }), (c) => c.generateKeyPairSync('ec', {}), (c) => c.generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'nope' }), (c) => c.generateKeyPairSync('dh', {}), (c) => c.generateKeyPairSync('dh', { group: 'nope' }), (c) => c.generateKeyPairSync('dh', { group: 'modp5', prime: p }),
    (c) => c.generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { format: 'pem', type: 'pkcs1' } }), (c) => c.generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: 'x' }), (c) => c.generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { format: 'pem' } }), (c) => c.generateKeyPair('ec', { namedCurve: 'P-256' }),
    (c) => c.generateKeySync('hmac', { length: 64 }).symmetricKeySize, (c) => c.generateKeySync('aes', { length: 256 }).symmetricKeySize, (c) => c.generateKeySync('aes', { length: 100 }), (c) => c.generateKeySync('hmac', { length: 7 }), (c) => c.generateKeySync('nope', {}), (c) => c.generateKeySync('hmac'), (c) => c.generateKey('hmac', { length: 8 }),
  );
  await later('generateKeyPair', promisify(crypto.generateKeyPair)('ed25519').then(pairShape));
  await later('generateKey', promisify(crypto.generateKey)('hmac', { length: 64 }).then((key) => key.symmetricKeySize));

  // Primes.
  each(
    (c) => c.checkPrimeSync(17n), (c) => c.checkPrimeSync(15n), (c) => c.checkPrimeSync(Buffer.from([1, 1])), (c) => c.checkPrimeSync(5), (c) => c.checkPrimeSync(-1n), (c) => c.checkPrimeSync(17n, { checks: -1 }), (c) => c.checkPrimeSync(17n, 5), (c) => c.checkPrimeSync(2n ** 521n - 1n),
    (c) => c.generatePrimeSync(32).byteLength, (c) => typeof c.generatePrimeSync(32, { bigint: true }), (c) => c.checkPrimeSync(c.generatePrimeSync(64, { safe: true })), (c) => c.generatePrimeSync(32, { add: 12n, rem: 11n, bigint: true }) % 12n, (c) => c.generatePrimeSync(0), (c) => c.generatePrimeSync('x'),
    (c) => c.generatePrimeSync(8, { add: 1000n }), (c) => c.generatePrimeSync(32, { add: 12n, rem: 13n }), (c) => c.generatePrimeSync(32, { safe: 1 }), (c) => c.generatePrimeSync(32, { add: 5 }), (c) => c.generatePrime(32),
  );
  await later('checkPrime', promisify(crypto.checkPrime)(19n));
  await later('generatePrime', promisify(crypto.generatePrime)(32, { bigint: true }).then((prime) => crypto.checkPrimeSync(prime)));

  // Random values and comparison.
  each(
    (c) => c.getRandomValues(new Uint8Array(4)).length, (c) => c.getRandomValues(new Float32Array(4)), (c) => c.getRandomValues(new Uint8Array(65537)), (c) => c.getRandomValues(5), (c) => c.randomUUID().replace(/[0-9a-f]/g, 'x'),
    (c) => types.isKeyObject(rsaPublic), (c) => c.setFips(false), (c) => c.timingSafeEqual(K(3), K(4)),
  );

  // Certificates.
  const x509 = () => new crypto.X509Certificate(certificate);
  each(
    () => inspect(x509()), () => x509().toLegacyObject(), () => x509().toString(), () => JSON.stringify(x509()), () => x509().ca, () => x509().raw, () => x509().publicKey.asymmetricKeyDetails, () => x509().checkHost('localhost'), () => x509().checkHost('example.com'), () => x509().checkHost('www.example.org'),
    () => x509().checkHost('a.www.example.org'), () => x509().checkHost(5), () => x509().checkEmail('a@example.com'), () => x509().checkEmail('b@example.com'), () => x509().checkIP('127.0.0.1'), () => x509().checkIP('::1'), () => x509().checkIP('10.0.0.1'), () => x509().checkIssued(x509()), () => x509().verify(x509().publicKey),
    () => x509().checkPrivateKey(crypto.createPrivateKey(rsa)), () => x509().verify(5), () => new crypto.X509Certificate('x'), () => new crypto.X509Certificate(5), () => new crypto.X509Certificate(x509().raw).serialNumber,
  );
  for (const [type, format] of [['spki', 'pem'], ['spki', 'der'], ['pkcs8', 'pem'], ['pkcs8', 'der'], ['sec1', 'pem'], ['sec1', 'der']]) {
    add(`a key on a curve without a name as ${type} in ${format}`, (c) => {
      const { publicKey, privateKey } = c.generateKeyPairSync('ec', { namedCurve: 'Oakley-EC2N-3' });
      return (type === 'spki' ? publicKey : privateKey).export({ type, format });
    });
  }
  // What Node's own tests found.
  const more = (...bodies) => bodies.forEach((body) => add(`more ${body}`, body));
  const spkac = 'MIIBPzCBqTCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEAyz7Tr1YHcT0geby6TsRz4h3r796jk1ida/7nrL3zfzM/GjlUL83SD094EvZmZT8rRYmOhPVPzno97X5yBcmLKZsbB8HFc7eDbLUD2qaF3IRjtb5YIspl44Be0em7+9unZAZy68HHRH6pkBTrl69QiO5Yy0SeKwOJaCcXu9arx3sCAwEAARYFc2VnZm4wDQYJKoZIhvcNAQELBQADgYEAaL6Jse1aeIJDdhJNipBx/EzMyb7stXkpP1CloTgFsV6dQcVpm+Oa9iqPJUPgUD4L1j0A1xkPaE9lw1sH18iKGr2vpqtsS8d6lCurk13/nscv83HrJolkfAZpSoERo8csvoLVy1TaSQBuj0A2MgXdjHzD3BNR3/K2ql4NFlbTPJ8=';
  const bad = `${spkac.slice(0, -12)}AAAAAAAAAAA=`;
  const thrown = (body) => {
    try {
      return body();
    } catch (error) {
      return [error.stack.split('\n')[0], error.code];
    }
  };
  more(
    (c) => c.createCipheriv('aes-128-ccm', K(16), Buffer.alloc(0)), (c) => c.createCipheriv('aes-128-ccm', K(16), K(12)), (c) => c.createCipheriv('aes-128-ocb', K(16), K(12)),
    (c) => { const cipher = c.createCipheriv('aes-128-cbc', K(16), K(16)); cipher.update('a', 'utf8', 'utf8'); return cipher.update('b', 'utf8', 'hex'); },
    (c) => { const cipher = c.createCipheriv('aes-128-cbc', K(16), K(16)); cipher.update('a', 'utf8', 'utf8'); return cipher.final('nope'); },
    (c) => c.createDiffieHellman('abcdef', 13.37), (c) => c.createDiffieHellman('abcdef', 0).getGenerator('hex'), (c) => c.createDiffieHellman('abcdef', 'hex', 0).getGenerator('hex'), (c) => c.createDiffieHellman('abcdef', -1),
    (c) => { const dh = c.getDiffieHellman('modp1'); dh.generateKeys(); return typeof dh.computeSecret(dh.getPublicKey()); },
    (c) => { const ecdh = c.createECDH('secp256k1'); ecdh.setPrivateKey('cafebabe'.repeat(8), 'hex'); ecdh.setPublicKey('02c6b754b20826eb925e052ee2c25285b162b51fdca732bcf67e39d647fb6830ae', 'hex'); return ecdh.computeSecret(ecdh.getPublicKey()); },
    (c) => thrown(() => c.createECDH('secp256k1').getPublicKey()), (c) => thrown(() => c.createECDH('secp256k1').getPrivateKey()), (c) => thrown(() => c.getDiffieHellman('modp14').getPublicKey()), (c) => thrown(() => c.createSign('nope')), (c) => thrown(() => c.createHmac('nope', 'k')), (c) => thrown(() => c.hkdfSync('sha1', 'a', 'b', 'c', 1e5)),
    (c) => c.createHash('sha256').update('a').digest({ toString: () => { throw new Error('boom'); } }), (c) => c.createHmac('sha256', 'k').update('a').digest({ toString: () => 'hex' }), (c) => c.createHash('sha256').digest(0),
    (c) => c.createSign('DSS1').update('a').sign(dsa).length > 40, (c) => c.createVerify('dss1').update('a').verify(dsa, c.createSign('sha1').update('a').sign(dsa)),
    (c) => c.privateDecrypt(rsaPublic.export({ format: 'pem', type: 'spki' }), K(128)), (c) => c.privateEncrypt(rsaPublic.export({ format: 'pem', type: 'spki' }), K(12)), (c) => c.privateDecrypt({ key: rsaPublic.export({ format: 'pem', type: 'spki' }), oaepHash: 'nope' }, K(128)), (c) => c.privateDecrypt({ key: c.createPrivateKey(rsa).export({ format: 'jwk' }), format: 'jwk' }, c.publicEncrypt(rsa, K(3))),
    (c) => c.generateKeyPairSync('rsa-pss', { modulusLength: 512, hash: 'sha256', mgf1Hash: 'sha256', saltLength: 16 }).publicKey.asymmetricKeyDetails, (c) => c.generateKeyPairSync('rsa-pss', { modulusLength: 512, hash: 'sha256', hashAlgorithm: 'sha1' }), (c) => c.generateKeyPairSync('rsa-pss', { modulusLength: 512, mgf1Hash: 5 }), (c) => c.generateKeyPairSync('ed448', 0),
    (c) => c.scryptSync('', '', 4, { maxmem: 2 ** 52 }), (c) => c.scryptSync('', '', 0, { maxmem: 2 ** 53 }),
    (c) => c.randomInt(2 ** 49), (c) => c.randomInt(1, 2 ** 49), (c) => c.randomFillSync(Buffer.alloc(10), 1, 2 ** 31), (c) => c.randomUUID({ disableEntropyCache: '' }), (c) => c.randomUUID(null), (c) => c.randomUUID({ disableEntropyCache: true }).length,
    (c) => [c.Certificate.verifySpkac(spkac), c.Certificate.exportChallenge(spkac), c.Certificate.exportPublicKey(spkac)], (c) => [c.Certificate.verifySpkac(bad), c.Certificate.exportChallenge(Buffer.from(spkac))], (c) => [c.Certificate.verifySpkac('x'), c.Certificate.exportChallenge(''), c.Certificate().exportPublicKey('x')], (c) => c.Certificate.verifySpkac(1), (c) => c.Certificate.verifySpkac(`${spkac}\n`),
  );
  for (const namedCurve of crypto.getCurves()) {
    add(`a key on ${namedCurve}`, (c) => typeof c.generateKeyPairSync('ec', { namedCurve }).publicKey.asymmetricKeyDetails.namedCurve);
  }
  for (const Class of ['createHash', 'createHmac']) {
    const stream = Class === 'createHash' ? crypto.createHash('sha256') : crypto.createHmac('sha256', 'k');
    stream.end('abc');
    await new Promise((resolve) => stream.on('data', resolve));
    add(`${Class} after it was a stream`, () => stream.digest('hex'));
    add(`${Class} after it was a stream, again`, () => stream.digest('hex'));
  }

  const facts = () => new crypto.X509Certificate(certificate);
  more(
    () => facts().infoAccess, () => facts().checkHost('a\0b'), () => facts().checkIP('[::]'), () => facts().checkIP('nope'), () => facts().checkEmail('a\0b'), () => facts().checkHost('a', 1), () => facts().checkHost('a', { subject: 1 }), () => facts().checkHost('a', { subject: 'x' }),
    () => facts().checkHost('a', { wildcards: 1 }), () => facts().checkEmail('a', { partialWildcards: null }), () => facts().checkHost('a', null), () => facts().checkIP('::1', 5),
  );
  // Last, because Node leaves OpenSSL's error about these to whatever fails next.
  each((c) => c.createCipheriv('aes-128-cbc', K(15), K(16)), (c) => c.getCipherInfo('aes-128-cbc', { keyLength: 12 }));
  return rows;
};
