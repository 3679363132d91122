'use strict';

// Node's crypto over src/host/crypto/. The parts are in internal/crypto/. A part that few functions
// use is evaluated when it is first touched.

const hash = require('../internal/crypto/hash.js');
const random = require('../internal/crypto/random.js');

const parts = {
  prime: () => require('../internal/crypto/prime.js'),
  cipher: () => require('../internal/crypto/cipher.js'),
  dh: () => require('../internal/crypto/dh.js'),
  ecdh: () => require('../internal/crypto/ecdh.js'),
  kdf: () => require('../internal/crypto/kdf.js'),
  keygen: () => require('../internal/crypto/keygen.js'),
  keys: () => require('../internal/crypto/keys.js'),
  names: () => require('../internal/crypto/names.js'),
  rsa: () => require('../internal/crypto/rsa.js'),
  sign: () => require('../internal/crypto/sign.js'),
  webcrypto: () => require('../internal/crypto/webcrypto.js'),
  x509: () => require('../internal/crypto/x509.js'),
};

const crypto = {};

/** Adds members of a part to the module. Each is read from the part when it is first touched, and can be assigned. */
function lazily(part, names, enumerable = true) {
  for (const name of names) {
    const settle = (value) =>
      Object.defineProperty(crypto, name, { value, writable: true, enumerable, configurable: true });
    Object.defineProperty(crypto, name, {
      enumerable,
      configurable: true,
      get() {
        const value = part()[name];
        settle(value);
        return value;
      },
      set: settle,
    });
  }
}

lazily(parts.prime, ['checkPrime', 'checkPrimeSync']);
lazily(parts.cipher, ['createCipheriv', 'createDecipheriv']);
lazily(parts.dh, ['createDiffieHellman', 'createDiffieHellmanGroup']);
lazily(parts.ecdh, ['createECDH']);
Object.assign(crypto, { createHash: hash.createHash, createHmac: hash.createHmac });
lazily(parts.keys, ['createPrivateKey', 'createPublicKey', 'createSecretKey']);
lazily(parts.sign, ['createSign', 'createVerify']);
lazily(parts.dh, ['diffieHellman']);
lazily(parts.prime, ['generatePrime', 'generatePrimeSync']);
lazily(parts.names, ['getCiphers']);
lazily(parts.cipher, ['getCipherInfo']);
lazily(parts.names, ['getCurves']);
lazily(() => ({ getDiffieHellman: parts.dh().createDiffieHellmanGroup }), ['getDiffieHellman']);
lazily(parts.names, ['getHashes']);
lazily(parts.kdf, ['hkdf', 'hkdfSync', 'pbkdf2', 'pbkdf2Sync']);
lazily(parts.keygen, ['generateKeyPair', 'generateKeyPairSync', 'generateKey', 'generateKeySync']);
lazily(parts.rsa, ['privateDecrypt', 'privateEncrypt', 'publicDecrypt', 'publicEncrypt']);
Object.assign(crypto, {
  randomBytes: random.randomBytes,
  randomFill: random.randomFill,
  randomFillSync: random.randomFillSync,
  randomInt: random.randomInt,
  randomUUID: random.randomUUID,
});
lazily(parts.kdf, ['scrypt', 'scryptSync']);
lazily(parts.sign, ['sign']);
Object.assign(crypto, {
  setEngine() {
    throw new Error('segfn has no OpenSSL engines');
  },
  timingSafeEqual: random.timingSafeEqual,
  getFips: () => 0,
  setFips(enabled) {
    if (enabled) throw new Error('segfn has no FIPS mode');
  },
});
lazily(parts.sign, ['verify']);
crypto.hash = hash.hash;
crypto.Certificate = require('../internal/crypto/certificate.js');
lazily(parts.cipher, ['Cipher', 'Cipheriv', 'Decipher', 'Decipheriv']);
lazily(parts.dh, ['DiffieHellman', 'DiffieHellmanGroup']);
lazily(parts.ecdh, ['ECDH']);
Object.assign(crypto, { Hash: hash.Hash, Hmac: hash.Hmac });
lazily(parts.keys, ['KeyObject']);
lazily(parts.sign, ['Sign', 'Verify']);
lazily(parts.x509, ['X509Certificate']);
crypto.secureHeapUsed = function secureHeapUsed() {
  return { total: 0, used: 0, utilization: 0, min: 0 };
};
lazily(() => ({ constants: require('../internal/crypto/constants.js') }), ['constants']);
lazily(parts.webcrypto, ['webcrypto', 'subtle']);
crypto.getRandomValues = random.getRandomValues;
lazily(parts.cipher, ['createCipher', 'createDecipher'], false);
for (const name of ['pseudoRandomBytes', 'prng', 'rng']) {
  Object.defineProperty(crypto, name, {
    value: random.randomBytes,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

module.exports = crypto;
