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
