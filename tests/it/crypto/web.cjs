'use strict';

// Web Crypto: `make` signs and encrypts on one side, `use` gives the names of what doesn't fit on the other.

const TEXT = Buffer.from('what one side signs, the other verifies');

const SIGNING = [
  [{ name: 'HMAC', hash: 'SHA-256' }, { name: 'HMAC' }],
  [
    { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    { name: 'RSASSA-PKCS1-v1_5' },
  ],
  [
    { name: 'RSA-PSS', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    { name: 'RSA-PSS', saltLength: 32 },
  ],
  [
    { name: 'ECDSA', namedCurve: 'P-256' },
    { name: 'ECDSA', hash: 'SHA-256' },
  ],
  [{ name: 'Ed25519' }, { name: 'Ed25519' }],
];
const SEALING = [
  [{ name: 'AES-GCM', length: 256 }, () => ({ name: 'AES-GCM', iv: new Uint8Array(12), additionalData: TEXT })],
  [{ name: 'AES-CBC', length: 128 }, () => ({ name: 'AES-CBC', iv: new Uint8Array(16) })],
  [{ name: 'AES-CTR', length: 256 }, () => ({ name: 'AES-CTR', counter: new Uint8Array(16), length: 64 })],
];
const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const bytes = (text) => Buffer.from(text, 'base64');

exports.make = async (require) => {
  const { subtle } = require('crypto').webcrypto;
  const made = { digests: [], signatures: [], sealed: [] };
  for (const hash of ['SHA-1', 'SHA-256', 'SHA-512'])
    made.digests.push([hash, base64(await subtle.digest(hash, TEXT))]);
  for (const [algorithm, options] of SIGNING) {
    const key = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const signature = base64(await subtle.sign(options, key.privateKey ?? key, TEXT));
    made.signatures.push({ jwk: await subtle.exportKey('jwk', key.publicKey ?? key), signature });
  }
  for (const [algorithm, options] of SEALING) {
    const key = await subtle.generateKey(algorithm, true, ['encrypt', 'decrypt']);
    made.sealed.push({
      key: base64(await subtle.exportKey('raw', key)),
      data: base64(await subtle.encrypt(options(), key, TEXT)),
    });
  }
  const password = await subtle.importKey('raw', TEXT, 'PBKDF2', false, ['deriveBits']);
  made.derived = base64(
    await subtle.deriveBits({ name: 'PBKDF2', salt: TEXT, iterations: 10, hash: 'SHA-256' }, password, 256),
  );
  return made;
};

exports.use = async (require, made) => {
  const { subtle, webcrypto } = require('crypto');
  const failures = [];
  const check = (name, good) => {
    if (good !== true) failures.push(name);
  };
  check('subtle', webcrypto.subtle === subtle);
  for (const [hash, digest] of made.digests) check(hash, base64(await subtle.digest(hash, TEXT)) === digest);
  for (const [index, { jwk, signature }] of made.signatures.entries()) {
    const [algorithm, options] = SIGNING[index];
    const key = await subtle.importKey('jwk', jwk, algorithm, true, ['verify']);
    check(algorithm.name, await subtle.verify(options, key, bytes(signature), TEXT));
    check(
      `${algorithm.name} of another text`,
      !(await subtle.verify(options, key, bytes(signature), Buffer.from('x'))),
    );
  }
  for (const [index, { key, data }] of made.sealed.entries()) {
    const [algorithm, options] = SEALING[index];
    const imported = await subtle.importKey('raw', bytes(key), algorithm, false, ['decrypt']);
    check(algorithm.name, Buffer.from(await subtle.decrypt(options(), imported, bytes(data))).equals(TEXT));
  }
  const password = await subtle.importKey('raw', TEXT, 'PBKDF2', false, ['deriveBits']);
  const derived = await subtle.deriveBits(
    { name: 'PBKDF2', salt: TEXT, iterations: 10, hash: 'SHA-256' },
    password,
    256,
  );
  check('PBKDF2', base64(derived) === made.derived);
  check(
    'getRandomValues',
    webcrypto.getRandomValues(new Uint8Array(16)).some((byte) => byte !== 0),
  );
  check('randomUUID', /^[0-9a-f-]{36}$/.test(webcrypto.randomUUID()));
  return failures;
};

/** What calls of Web Crypto give, errors included: the same on both sides. */
exports.rows = async (require) => {
  const { subtle, webcrypto, KeyObject, createSecretKey, createHmac } = require('crypto');
  const { inspect, types } = require('util');
  const rows = {};
  const shown = (value) => {
    if (value instanceof ArrayBuffer) return `${value.byteLength} bytes`;
    if (value?.publicKey) return [shown(value.publicKey), shown(value.privateKey), Object.keys(value)];
    if (types.isCryptoKey(value)) return inspect(value, { depth: 5 });
    return value;
  };
  const add = async (name, body) => {
    if (name in rows) throw new Error(`two rows are named ${name}`);
    try {
      rows[name] = shown(await body()) ?? 'undefined';
    } catch (error) {
      const { constructor, message, code, cause } = error;
      rows[name] = [constructor.name, error.name, message, code, cause?.name];
    }
  };
  const each = async (...bodies) => {
    for (const body of bodies) await add(String(body), body);
  };
  const bytes = (length) => new Uint8Array(length).fill(7);
  const gcm = await subtle.importKey('raw', bytes(16), 'AES-GCM', true, ['encrypt', 'decrypt']);
  const ctr = await subtle.importKey('raw', bytes(16), 'AES-CTR', true, ['encrypt', 'decrypt']);
  const kw = await subtle.importKey('raw', bytes(16), 'AES-KW', true, ['wrapKey', 'unwrapKey']);
  const hmac = await subtle.importKey('raw', bytes(16), { name: 'hmac', hash: 'sha-256' }, true, ['sign', 'verify']);
  const secret = await subtle.importKey('raw', bytes(16), 'PBKDF2', false, ['deriveBits', 'deriveKey']);
  const ecdsa = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const ecdh = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-384' }, true, ['deriveBits']);
  const ed448 = await subtle.generateKey('Ed448', true, ['sign', 'verify']);
  const x448 = await subtle.generateKey({ name: 'X448' }, true, ['deriveBits']);
  const rsa = { modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-1' };

  await add('the classes', () => [
    Object.prototype.toString.call(webcrypto),
    subtle.constructor.name,
    typeof webcrypto.CryptoKey,
    Object.keys(Object.getPrototypeOf(subtle)),
    Object.keys(Object.getPrototypeOf(webcrypto)),
    Object.getOwnPropertyNames(Object.getPrototypeOf(gcm)).slice(0, 5),
  ]);
  await each(
    () => new subtle.constructor(),
    () => new gcm.constructor(),
    () => Object.getOwnPropertyDescriptor(Object.getPrototypeOf(gcm), 'type').get.call({}),
    () => subtle.digest.call({}, 'SHA-1', bytes(1)),
    () => webcrypto.randomUUID.call({}),
    () => webcrypto.getRandomValues(),
    () => webcrypto.getRandomValues(new Float32Array(1)),
  );
  // Arguments.
  await each(
    () => subtle.digest(),
    () => subtle.digest('SHA-256'),
    () => subtle.digest('MD5', bytes(1)),
    () => subtle.digest('sha-384', bytes(1)),
    () => subtle.digest({ name: 'SHA-512' }, bytes(1).buffer),
    () => subtle.digest({}, bytes(1)),
    () => subtle.digest(Symbol('x'), bytes(1)),
    () => subtle.digest('SHA-256', 'text'),
    () => subtle.digest('SHA-256', new Uint8Array(new SharedArrayBuffer(1))),
    () => subtle.generateKey({ name: 'AES-GCM', length: 2 ** 17 }, true, ['encrypt']),
    () => subtle.generateKey({ name: 'AES-GCM', length: Infinity }, true, ['encrypt']),
    () => subtle.generateKey({ name: 'AES-GCM', length: 1n }, true, ['encrypt']),
    () => subtle.generateKey({ name: 'AES-GCM' }, true, ['encrypt']),
    () => subtle.generateKey('AES-GCM', true, 5),
    () => subtle.generateKey('AES-GCM', true, ['nope']),
    () => subtle.importKey('nope', bytes(1), 'AES-GCM', true, []),
    () => subtle.importKey('jwk', 5, 'AES-GCM', true, []),
    () => subtle.importKey('jwk', { kty: 'oct', k: 'AA', key_ops: 5 }, 'AES-GCM', true, []),
    () => subtle.encrypt({ name: 'AES-GCM', iv: bytes(12) }, 5, bytes(1)),
    () => subtle.encrypt({ name: 'AES-GCM', iv: 5 }, gcm, bytes(1)),
  );
  // Keys.
  for (const [algorithm, usages] of [
    [{ name: 'AES-GCM', length: 128 }, ['encrypt', 'encrypt', 'decrypt']],
    [{ name: 'AES-KW', length: 192 }, ['encrypt']],
    [{ name: 'AES-CBC', length: 100 }, ['encrypt']],
    [{ name: 'AES-CBC', length: 256 }, []],
    [{ name: 'HMAC', hash: 'SHA-384' }, ['sign']],
    [{ name: 'HMAC', hash: 'SHA-384', length: 9 }, ['sign']],
    [{ name: 'HMAC', hash: 'SHA-384', length: 0 }, ['sign']],
    [{ name: 'HMAC', hash: 'nope' }, ['sign']],
    [{ name: 'RSA-OAEP', ...rsa }, ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey']],
    [{ name: 'RSA-PSS', ...rsa }, ['sign', 'verify']],
    [{ name: 'RSA-PSS', ...rsa }, ['encrypt']],
    [{ name: 'RSA-PSS', ...rsa }, ['verify']],
    [{ name: 'RSA-PSS', ...rsa, publicExponent: bytes(5) }, ['sign']],
    [{ name: 'RSA-PSS', ...rsa, publicExponent: new Uint8Array([1]) }, ['sign']],
    [{ name: 'RSA-PSS', ...rsa, modulusLength: 1 }, ['sign']],
    [{ name: 'ECDSA', namedCurve: 'P-521' }, ['verify', 'sign']],
    [{ name: 'ECDSA', namedCurve: 'P-512' }, ['verify', 'sign']],
    [{ name: 'ECDH', namedCurve: 'P-256' }, ['deriveKey', 'deriveBits']],
    [{ name: 'ECDH', namedCurve: 'P-256' }, ['sign']],
    [{ name: 'ed25519' }, ['sign', 'verify']],
    ['Ed448', ['verify']],
    ['X25519', ['deriveKey']],
    ['X448', ['sign']],
    ['PBKDF2', ['deriveKey']],
  ]) {
    await add(`a new key: ${JSON.stringify(algorithm)} for ${usages}`, () =>
      subtle.generateKey(algorithm, true, usages),
    );
  }
  const rsaKey = await subtle.generateKey({ name: 'RSA-PSS', ...rsa }, true, ['sign', 'verify']);
  for (const [name, key] of Object.entries({ gcm, hmac, secret, kw, rsaKey, ecdsa, ecdh, ed448, x448 })) {
    for (const one of key.publicKey ? [key.publicKey, key.privateKey] : [key]) {
      for (const format of ['raw', 'spki', 'pkcs8', 'jwk']) {
        await add(`${one.type} ${name} as ${format}`, async () => {
          const text = await subtle.exportKey(format, one);
          if (format !== 'jwk') return name === 'rsaKey' ? 'some bytes' : text;
          const { kty, alg, crv, key_ops, ext } = text;
          const back = await subtle.importKey('jwk', text, { ...one.algorithm }, true, one.usages);
          return [kty, alg, crv, key_ops, ext, Object.keys(text).sort(), shown(back)];
        });
      }
    }
    await add(`KeyObject.from ${name}`, () => KeyObject.from(key.publicKey ?? key).type);
  }
  await each(
    () => createHmac('sha256', hmac).update('a').digest('hex'),
    () => KeyObject.from(gcm).equals(createSecretKey(bytes(16))),
    () => subtle.importKey('raw', bytes(3), 'AES-GCM', true, ['encrypt']),
    () => subtle.importKey('raw', bytes(16), 'AES-GCM', true, []),
    () => subtle.importKey('raw', bytes(16), 'AES-GCM', true, ['sign']),
    () => subtle.importKey('spki', bytes(16), 'AES-GCM', true, ['encrypt']),
    () => subtle.importKey('raw', bytes(0), { name: 'HMAC', hash: 'SHA-1' }, true, ['sign']),
    () => subtle.importKey('raw', bytes(4), { name: 'HMAC', hash: 'SHA-1', length: 30 }, true, ['sign']),
    () => subtle.importKey('raw', bytes(4), 'PBKDF2', true, ['deriveBits']),
    () => subtle.importKey('raw', bytes(4), 'HKDF', false, ['sign']),
    () => subtle.importKey('jwk', { kty: 'oct' }, 'HKDF', false, ['deriveBits']),
    () => subtle.importKey('jwk', {}, 'AES-GCM', false, ['encrypt']),
    () => subtle.importKey('jwk', { kty: 'RSA' }, 'AES-GCM', false, ['encrypt']),
    () => subtle.importKey('jwk', { kty: 'oct', k: 'AAAA' }, 'AES-GCM', false, ['encrypt']),
    () => subtle.importKey('jwk', { kty: 'oct', k: 'A'.repeat(22), alg: 'A256GCM' }, 'AES-GCM', false, ['encrypt']),
    () => subtle.importKey('jwk', { kty: 'oct', k: 'A'.repeat(22), use: 'sig' }, 'AES-GCM', false, ['encrypt']),
    () => subtle.importKey('jwk', { kty: 'oct', k: 'A'.repeat(22), ext: false }, 'AES-GCM', true, ['encrypt']),
    () =>
      subtle.importKey('jwk', { kty: 'oct', k: 'A'.repeat(22), key_ops: ['decrypt'] }, 'AES-GCM', true, ['encrypt']),
    () => subtle.importKey('jwk', { kty: 'oct', k: 'A'.repeat(22), key_ops: ['sign', 'sign'] }, 'AES-GCM', true, []),
    () => subtle.importKey('raw', bytes(65), { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']),
    () => subtle.importKey('raw', bytes(32), 'Ed25519', true, ['verify']),
    () => subtle.importKey('raw', bytes(31), 'Ed25519', true, ['verify']),
    () => subtle.importKey('spki', bytes(31), 'X25519', true, []),
    () => subtle.importKey('pkcs8', bytes(31), { name: 'RSA-PSS', hash: 'SHA-1' }, true, ['sign']),
    () => subtle.importKey('raw', bytes(31), { name: 'RSA-PSS', hash: 'SHA-1' }, true, ['verify']),
    async () =>
      subtle.importKey(
        'spki',
        await subtle.exportKey('spki', ecdsa.publicKey),
        { name: 'ECDSA', namedCurve: 'P-384' },
        true,
        ['verify'],
      ),
    async () =>
      subtle.importKey(
        'spki',
        await subtle.exportKey('spki', rsaKey.publicKey),
        { name: 'ECDSA', namedCurve: 'P-384' },
        true,
        ['verify'],
      ),
    async () =>
      subtle.importKey(
        'jwk',
        { ...(await subtle.exportKey('jwk', rsaKey.publicKey)), alg: 'RS512' },
        { name: 'RSA-PSS', hash: 'SHA-1' },
        true,
        ['verify'],
      ),
    async () =>
      subtle.importKey('jwk', { ...(await subtle.exportKey('jwk', ed448.privateKey)), x: 'AA' }, 'Ed448', true, [
        'sign',
      ]),
    async () => subtle.exportKey('raw', await subtle.importKey('raw', bytes(16), 'AES-GCM', false, ['encrypt'])),
  );
  // Encryption.
  const counter = (length, byte = 0) => ({ name: 'AES-CTR', counter: new Uint8Array(16).fill(byte), length });
  await each(
    () => subtle.decrypt({ name: 'AES-GCM', iv: bytes(12) }, gcm, bytes(20)),
    () => subtle.decrypt({ name: 'AES-GCM', iv: bytes(12) }, gcm, bytes(2)),
    () => subtle.encrypt({ name: 'AES-GCM', iv: bytes(12), tagLength: 33 }, gcm, bytes(2)),
    () => subtle.encrypt({ name: 'AES-GCM', iv: bytes(0) }, gcm, bytes(2)),
    () => subtle.encrypt({ name: 'AES-GCM', iv: bytes(12) }, ctr, bytes(2)),
    () => subtle.encrypt({ name: 'AES-CBC', iv: bytes(12) }, gcm, bytes(2)),
    () => subtle.encrypt({ name: 'AES-KW' }, kw, bytes(16)),
    () => subtle.encrypt({ name: 'AES-CTR', counter: bytes(15), length: 64 }, ctr, bytes(2)),
    () => subtle.encrypt(counter(0), ctr, bytes(2)),
    () => subtle.encrypt(counter(129), ctr, bytes(2)),
    () => subtle.encrypt(counter(1), ctr, bytes(64)),
    async () => Buffer.from(await subtle.encrypt(counter(1), ctr, bytes(32))).toString('hex'),
    async () => Buffer.from(await subtle.encrypt(counter(4, 255), ctr, bytes(100))).toString('hex'),
    async () => Buffer.from(await subtle.encrypt(counter(128, 255), ctr, bytes(100))).toString('hex'),
    async () => Buffer.from(await subtle.wrapKey('raw', gcm, kw, 'AES-KW')).toString('hex'),
    async () => Buffer.from(await subtle.wrapKey('jwk', gcm, kw, 'AES-KW')).toString('hex'),
    async () =>
      subtle.unwrapKey('jwk', await subtle.wrapKey('jwk', gcm, kw, 'AES-KW'), kw, 'AES-KW', 'AES-GCM', true, [
        'encrypt',
        'decrypt',
      ]),
    () => subtle.unwrapKey('raw', bytes(24), kw, 'AES-KW', 'AES-GCM', true, ['encrypt']),
    () => subtle.wrapKey('raw', gcm, ctr, counter(8)),
  );
  // Signatures and secrets.
  await each(
    async () => Buffer.from(await subtle.sign('HMAC', hmac, bytes(3))).toString('hex'),
    () => subtle.verify('HMAC', hmac, bytes(3), bytes(3)),
    () => subtle.sign('HMAC', gcm, bytes(3)),
    () => subtle.sign({ name: 'ECDSA', hash: 'SHA-1' }, ecdsa.publicKey, bytes(3)),
    () => subtle.sign('ECDSA', ecdsa.privateKey, bytes(3)),
    () => subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, ecdsa.publicKey, bytes(3), bytes(3)),
    async () =>
      subtle.verify('Ed448', ed448.publicKey, await subtle.sign('Ed448', ed448.privateKey, bytes(3)), bytes(3)),
    () => subtle.sign({ name: 'Ed448', context: bytes(1) }, ed448.privateKey, bytes(3)),
    async () => subtle.sign({ name: 'RSA-PSS', saltLength: 1000 }, rsaKey.privateKey, bytes(3)),
    async () => subtle.sign({ name: 'RSA-PSS', saltLength: 10 }, rsaKey.privateKey, bytes(3)),
    () => subtle.deriveBits({ name: 'ECDH', public: ecdh.publicKey }, ecdh.privateKey, 1000),
    () => subtle.deriveBits({ name: 'ECDH', public: ecdh.publicKey }, ecdh.privateKey, null),
    () => subtle.deriveBits({ name: 'ECDH', public: ecdh.publicKey }, ecdh.privateKey, 13),
    () => subtle.deriveBits({ name: 'ECDH', public: ecdh.privateKey }, ecdh.privateKey, 8),
    () => subtle.deriveBits({ name: 'ECDH', public: ecdsa.publicKey }, ecdh.privateKey, 8),
    () => subtle.deriveBits({ name: 'ECDH' }, ecdh.privateKey, 8),
    () => subtle.deriveBits({ name: 'X448', public: x448.publicKey }, x448.privateKey),
    () => subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-1', salt: bytes(1), iterations: 0 }, secret, 8),
    () => subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-1', salt: bytes(1), iterations: 1 }, secret, 9),
    () => subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-1', salt: bytes(1), iterations: 1 }, secret, null),
    () => subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-1', salt: bytes(1), iterations: 1 }, secret, 0),
    () => subtle.deriveBits({ name: 'HKDF', hash: 'SHA-1', salt: bytes(1), info: bytes(1) }, secret, 8),
    () =>
      subtle.deriveKey(
        { name: 'PBKDF2', hash: 'SHA-1', salt: bytes(1), iterations: 1 },
        secret,
        { name: 'HMAC', hash: 'SHA-512' },
        true,
        ['sign'],
      ),
    () =>
      subtle.deriveKey(
        { name: 'PBKDF2', hash: 'SHA-1', salt: bytes(1), iterations: 1 },
        secret,
        { name: 'AES-CBC', length: 5 },
        true,
        ['encrypt'],
      ),
    () =>
      subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-1', salt: bytes(1), iterations: 1 }, secret, 'nope', true, [
        'encrypt',
      ]),
  );
  return rows;
};
