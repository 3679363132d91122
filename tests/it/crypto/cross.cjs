'use strict';

// What one side makes, the other must be able to use: `make` gives keys in all forms, signatures
// and texts, `use` the names of those that don't do.

const TEXT = Buffer.from('what one side signs, the other verifies');
const PASSPHRASE = 'open sesame';
const PSS = 6;
const OAEP = 4;
const RSA = ['rsa', { modulusLength: 1024 }];
const PAIRS = {
  rsa: RSA,
  'rsa-pss': ['rsa-pss', { modulusLength: 1024 }],
  'p-256': ['ec', { namedCurve: 'P-256' }],
  'p-384': ['ec', { namedCurve: 'secp384r1' }],
  'p-521': ['ec', { namedCurve: 'P-521' }],
  secp256k1: ['ec', { namedCurve: 'secp256k1' }],
  dsa: ['dsa', { modulusLength: 1024, divisorLength: 160 }],
  ed25519: ['ed25519'],
  ed448: ['ed448'],
  x25519: ['x25519'],
  x448: ['x448'],
  dh: ['dh', { group: 'modp5' }],
};

// How each kind of key signs: the digest, and options besides the key.
const SIGNATURES = {
  rsa: [
    ['sha256', {}],
    ['sha512', {}],
    ['sha1', {}],
    ['md5', {}],
    ['sha256', { padding: PSS }],
    ['sha384', { padding: PSS, saltLength: -1 }],
    ['sha256', { padding: PSS, saltLength: 20 }],
  ],
  'rsa-pss': [
    ['sha256', {}],
    ['sha256', { saltLength: -1 }],
  ],
  'p-256': [
    ['sha256', {}],
    ['sha256', { dsaEncoding: 'ieee-p1363' }],
    ['sha512', {}],
  ],
  'p-384': [
    ['sha384', {}],
    ['sha384', { dsaEncoding: 'ieee-p1363' }],
  ],
  'p-521': [
    ['sha512', {}],
    ['sha512', { dsaEncoding: 'ieee-p1363' }],
  ],
  secp256k1: [['sha256', {}]],
  dsa: [
    ['sha1', {}],
    ['sha1', { dsaEncoding: 'ieee-p1363' }],
  ],
  ed25519: [[null, {}]],
  ed448: [[null, {}]],
};

const privateForms = (name) => {
  const forms = [
    { format: 'pem', type: 'pkcs8' },
    { format: 'der', type: 'pkcs8' },
    { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: PASSPHRASE },
    { format: 'der', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: PASSPHRASE },
  ];
  const old = { rsa: 'pkcs1', 'p-256': 'sec1', 'p-521': 'sec1' }[name];
  if (old)
    forms.push(
      { format: 'pem', type: old },
      { format: 'der', type: old },
      { format: 'pem', type: old, cipher: 'aes-128-cbc', passphrase: PASSPHRASE },
    );
  return forms.concat(hasJwk(name) ? { format: 'jwk' } : []);
};
const publicForms = (name) => {
  const forms = [
    { format: 'pem', type: 'spki' },
    { format: 'der', type: 'spki' },
  ];
  if (name === 'rsa') forms.push({ format: 'pem', type: 'pkcs1' }, { format: 'der', type: 'pkcs1' });
  return forms.concat(hasJwk(name) ? { format: 'jwk' } : []);
};
const hasJwk = (name) => !['rsa-pss', 'dsa', 'dh'].includes(name);

const toJson = (value) => (Buffer.isBuffer(value) ? { bytes: value.toString('base64') } : value);
const fromJson = (value) => (value?.bytes === undefined ? value : Buffer.from(value.bytes, 'base64'));

const CIPHERS = [
  ['aes-128-cbc', 16, 16],
  ['aes-192-cbc', 24, 16],
  ['aes-256-cbc', 32, 16],
  ['aes-256-ecb', 32, 0],
  ['aes-256-ctr', 32, 16],
  ['aes-128-cfb', 16, 16],
  ['aes-128-cfb8', 16, 16],
  ['aes-256-ofb', 32, 16],
  ['aes-128-gcm', 16, 12],
  ['aes-256-gcm', 32, 16],
  ['aes-192-ccm', 24, 12],
  ['aes-256-ocb', 32, 12],
  ['aes-256-xts', 64, 16],
  ['chacha20-poly1305', 32, 12],
  ['chacha20', 32, 16],
  ['des-ede3-cbc', 24, 8],
  ['camellia-256-cbc', 32, 16],
  ['aria-128-ctr', 16, 16],
  ['sm4-cbc', 16, 16],
];
const isSealed = (cipher) => /gcm|ccm|ocb|poly/.test(cipher);

exports.make = async (require) => {
  const crypto = require('crypto');
  const { promisify } = require('util');
  const generate = promisify(crypto.generateKeyPair);
  const made = { keys: {}, texts: [], secrets: [] };
  for (const [name, [type, options]] of Object.entries(PAIRS)) {
    const { publicKey, privateKey } = await generate(type, options);
    made.keys[name] = {
      privates: privateForms(name).map((form) => ({ form, data: toJson(privateKey.export(form)) })),
      publics: publicForms(name).map((form) => ({ form, data: toJson(publicKey.export(form)) })),
      signatures: (SIGNATURES[name] ?? []).map(([digest, options]) => ({
        digest,
        options,
        whole: toJson(crypto.sign(digest, TEXT, { key: privateKey, ...options })),
        streamed:
          digest === null
            ? null
            : toJson(
                crypto
                  .createSign(digest)
                  .update(TEXT.subarray(0, 9))
                  .update(TEXT.subarray(9))
                  .sign({ key: privateKey, ...options }),
              ),
      })),
    };
    if (name === 'rsa') {
      const seal = (options) => ({ options, data: toJson(crypto.publicEncrypt({ key: publicKey, ...options }, TEXT)) });
      made.sealed = [
        seal({}),
        seal({ padding: OAEP, oaepHash: 'sha256' }),
        seal({ padding: OAEP, oaepHash: 'sha1', oaepLabel: Buffer.from('label') }),
      ];
      made.signed = toJson(crypto.privateEncrypt(privateKey, TEXT));
    }
  }
  for (const [cipher, keyLength, ivLength] of CIPHERS) {
    const [key, iv] = [crypto.randomBytes(keyLength), crypto.randomBytes(ivLength)];
    const encrypt = crypto.createCipheriv(cipher, key, iv, isSealed(cipher) ? { authTagLength: 16 } : undefined);
    if (isSealed(cipher)) encrypt.setAAD(TEXT, { plaintextLength: TEXT.length });
    const data = Buffer.concat([encrypt.update(TEXT), encrypt.final()]);
    made.texts.push({
      cipher,
      key: toJson(key),
      iv: toJson(iv),
      data: toJson(data),
      tag: isSealed(cipher) ? toJson(encrypt.getAuthTag()) : null,
    });
  }
  for (const curve of ['prime256v1', 'secp521r1', 'secp256k1']) {
    const [one, other] = [crypto.createECDH(curve), crypto.createECDH(curve)];
    one.generateKeys();
    other.generateKeys();
    made.secrets.push({
      curve,
      key: toJson(one.getPrivateKey()),
      other: toJson(other.getPublicKey(null, 'compressed')),
      secret: toJson(one.computeSecret(other.getPublicKey())),
    });
  }
  const [one, other] = [crypto.createDiffieHellmanGroup('modp5'), crypto.getDiffieHellman('modp5')];
  one.generateKeys();
  other.generateKeys();
  made.secrets.push({
    prime: toJson(one.getPrime()),
    key: toJson(one.getPrivateKey()),
    other: toJson(other.getPublicKey()),
    secret: toJson(other.computeSecret(one.getPublicKey())),
  });
  return made;
};

exports.use = async (require, made) => {
  const crypto = require('crypto');
  const failures = [];
  const check = (name, body) => {
    let good;
    try {
      good = body();
    } catch (error) {
      good = error.message;
    }
    if (good !== true) failures.push(`${name}: ${good}`);
  };
  for (const [name, { privates, publics, signatures }] of Object.entries(made.keys)) {
    const read = (create, { form, data }) => create({ ...form, key: fromJson(data) });
    const privateKey = read(crypto.createPrivateKey, privates[0]);
    const publicKey = read(crypto.createPublicKey, publics[0]);
    for (const one of privates) {
      check(`${name} private ${JSON.stringify(one.form)}`, () => read(crypto.createPrivateKey, one).equals(privateKey));
      check(`${name} public of ${JSON.stringify(one.form)}`, () => read(crypto.createPublicKey, one).equals(publicKey));
      // Encryption is salted; all else must come out as it went in.
      if (!one.form.cipher)
        check(`${name} private ${JSON.stringify(one.form)} again`, () =>
          same(privateKey.export(one.form), fromJson(one.data)),
        );
    }
    for (const one of publics) {
      check(`${name} public ${JSON.stringify(one.form)}`, () => read(crypto.createPublicKey, one).equals(publicKey));
      check(`${name} public ${JSON.stringify(one.form)} again`, () =>
        same(publicKey.export(one.form), fromJson(one.data)),
      );
    }
    for (const { digest, options, whole, streamed } of signatures) {
      const label = `${name} ${digest} ${JSON.stringify(options)}`;
      const key = { key: publicKey, ...options };
      check(`${label} whole`, () => crypto.verify(digest, TEXT, key, fromJson(whole)));
      check(`${label} of another text`, () => !crypto.verify(digest, Buffer.from('x'), key, fromJson(whole)));
      if (streamed === null) continue;
      check(`${label} streamed`, () => crypto.createVerify(digest).update(TEXT).verify(key, fromJson(streamed)));
      check(
        `${label} streamed, of another text`,
        () => !crypto.createVerify(digest).update('x').verify(key, fromJson(streamed)),
      );
    }
  }
  const rsa = fromJson(made.keys.rsa.privates[0].data);
  for (const { options, data } of made.sealed) {
    check(`sealed ${JSON.stringify(options)}`, () => {
      const label = options.oaepLabel === undefined ? {} : { oaepLabel: Buffer.from('label') };
      return crypto.privateDecrypt({ key: rsa, ...options, ...label }, fromJson(data)).equals(TEXT);
    });
  }
  check('publicDecrypt', () => crypto.publicDecrypt(rsa, fromJson(made.signed)).equals(TEXT));
  for (const { cipher, key, iv, data, tag } of made.texts) {
    check(cipher, () => {
      const decrypt = crypto.createDecipheriv(
        cipher,
        fromJson(key),
        fromJson(iv),
        tag ? { authTagLength: 16 } : undefined,
      );
      if (tag) decrypt.setAuthTag(fromJson(tag)).setAAD(TEXT, { plaintextLength: TEXT.length });
      return Buffer.concat([decrypt.update(fromJson(data)), decrypt.final()]).equals(TEXT);
    });
  }
  for (const { curve, prime, key, other, secret } of made.secrets) {
    check(`secret ${curve ?? 'modp5'}`, () => {
      const agreement = curve ? crypto.createECDH(curve) : crypto.createDiffieHellman(fromJson(prime));
      agreement.setPrivateKey(fromJson(key));
      return agreement.computeSecret(fromJson(other)).equals(fromJson(secret));
    });
  }
  return failures;
};

const same = (one, other) => (Buffer.isBuffer(one) ? one.equals(other) : JSON.stringify(one) === JSON.stringify(other));
