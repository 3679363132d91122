'use strict';

// Published test vectors. `failures` runs them and gives the names of those that come out otherwise.

const hex = (text) => Buffer.from(text, 'hex');
const range = (first, count) => Buffer.from(Array.from({ length: count }, (_, i) => first + i));

// NIST SP 800-38A, appendix F: four blocks by each mode.
const BLOCKS =
  '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
  '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710';
const KEY_128 = '2b7e151628aed2a6abf7158809cf4f3c';
const KEY_256 = '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4';
const MODES = [
  [
    'aes-128-ecb',
    KEY_128,
    '',
    '3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4',
  ],
  [
    'aes-128-cbc',
    KEY_128,
    '000102030405060708090a0b0c0d0e0f',
    '7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7',
  ],
  [
    'aes-256-cbc',
    KEY_256,
    '000102030405060708090a0b0c0d0e0f',
    'f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b',
  ],
  [
    'aes-128-ctr',
    KEY_128,
    'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
    '874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee',
  ],
];

// McGrew and Viega, The Galois/Counter Mode of Operation, test case 4; RFC 8439, section 2.8.2.
const SEALED = [
  {
    cipher: 'aes-128-gcm',
    key: hex('feffe9928665731c6d6a8f9467308308'),
    iv: hex('cafebabefacedbaddecaf888'),
    aad: hex('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
    text: hex(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    ),
    sealed:
      '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091',
    tag: '5bc94fbc3221a5db94fae95ae7121a47',
  },
  {
    cipher: 'chacha20-poly1305',
    key: range(0x80, 32),
    iv: hex('070000004041424344454647'),
    aad: hex('50515253c0c1c2c3c4c5c6c7'),
    text: Buffer.from(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    ),
    sealed:
      'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116',
    tag: '1ae10b594f09e26a7e902ecbd0600691',
  },
];

const jwkText = (text) => hex(text).toString('base64url');

exports.failures = (require) => {
  const crypto = require('crypto');
  const failures = [];
  const is = (name, actual, expected) => {
    const shown =
      Buffer.isBuffer(actual) || actual instanceof ArrayBuffer ? Buffer.from(actual).toString('hex') : actual;
    if (shown !== expected) failures.push(`${name}: ${shown}`);
  };
  let count = 0;
  const check = (...args) => {
    count += 1;
    is(...args);
  };

  for (const [cipher, key, iv, expected] of MODES) {
    const encrypt = crypto.createCipheriv(cipher, hex(key), hex(iv)).setAutoPadding(false);
    check(cipher, Buffer.concat([encrypt.update(BLOCKS, 'hex'), encrypt.final()]), expected);
    const decrypt = crypto.createDecipheriv(cipher, hex(key), hex(iv)).setAutoPadding(false);
    check(`${cipher} back`, decrypt.update(expected, 'hex', 'hex') + decrypt.final('hex'), BLOCKS);
  }
  for (const { cipher, key, iv, aad, text, sealed, tag } of SEALED) {
    const options = { authTagLength: 16 };
    const encrypt = crypto.createCipheriv(cipher, key, iv, options).setAAD(aad);
    check(cipher, encrypt.update(text, undefined, 'hex') + encrypt.final('hex'), sealed);
    check(`${cipher} tag`, encrypt.getAuthTag(), tag);
    const decrypt = crypto.createDecipheriv(cipher, key, iv, options).setAAD(aad).setAuthTag(hex(tag));
    check(`${cipher} back`, Buffer.concat([decrypt.update(hex(sealed)), decrypt.final()]), text.toString('hex'));
  }
  // RFC 3394, section 4.1.
  const wrap = crypto.createCipheriv('aes128-wrap', range(0, 16), Buffer.alloc(8, 0xa6));
  check(
    'key wrap',
    wrap.update(hex('00112233445566778899aabbccddeeff')),
    '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5',
  );

  // FIPS 202, RFC 7693 and RIPEMD's page: of "abc".
  for (const [algorithm, expected] of [
    ['sha3-256', '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532'],
    ['ripemd160', '8eb208f7e05d987a9b044a8e98c6b087f15a0bfc'],
    [
      'blake2b512',
      'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
    ],
    ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['md5', '900150983cd24fb0d6963f7d28e17f72'],
  ]) {
    check(algorithm, crypto.createHash(algorithm).update('abc').digest('hex'), expected);
  }

  // RFC 4231, cases 1 and 2.
  const hmac = (algorithm, key, data) => crypto.createHmac(algorithm, key).update(data).digest('hex');
  check(
    'HMAC 1',
    hmac('sha256', Buffer.alloc(20, 0x0b), 'Hi There'),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  );
  const wanted = 'what do ya want for nothing?';
  check('HMAC 2', hmac('sha256', 'Jefe', wanted), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  check(
    'HMAC 2 long',
    hmac('sha512', 'Jefe', wanted),
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  );

  // RFC 6070.
  check('PBKDF2 1', crypto.pbkdf2Sync('password', 'salt', 1, 20, 'sha1'), '0c60c80f961f0e71f3a9b524af6012062fe037a6');
  check(
    'PBKDF2 4096',
    crypto.pbkdf2Sync('password', 'salt', 4096, 20, 'sha1'),
    '4b007901b765489abead49d926f721d065a429c1',
  );
  check('PBKDF2 NUL', crypto.pbkdf2Sync('pass\0word', 'sa\0lt', 4096, 16, 'sha1'), '56fa6aa75548099dcc37d7f03425e0c3');
  // RFC 7914, section 12.
  check(
    'scrypt empty',
    crypto.scryptSync('', '', 64, { N: 16, r: 1, p: 1 }),
    '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
  );
  check(
    'scrypt',
    crypto.scryptSync('password', 'NaCl', 64, { N: 1024, r: 8, p: 16 }),
    'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
  );
  // RFC 5869, cases 1 and 3.
  check(
    'HKDF 1',
    crypto.hkdfSync('sha256', Buffer.alloc(22, 0x0b), range(0, 13), range(0xf0, 10), 42),
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  );
  check(
    'HKDF 3',
    crypto.hkdfSync('sha256', Buffer.alloc(22, 0x0b), '', '', 42),
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  );

  // RFC 8032, section 7.1, tests 1 and 2.
  for (const [d, x, text, signature] of [
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
  ]) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', d: jwkText(d), x: jwkText(x) };
    const key = crypto.createPrivateKey({ key: jwk, format: 'jwk' });
    check(`Ed25519 ${text}`, crypto.sign(null, hex(text), key), signature);
    check(
      `Ed25519 ${text} verified`,
      crypto.verify(null, hex(text), { key: jwk, format: 'jwk' }, hex(signature)),
      true,
    );
    check(`Ed25519 ${text} of another text`, crypto.verify(null, hex('73'), key, hex(signature)), false);
  }
  // RFC 6979, A.2.5: P-256 with SHA-256, of "sample".
  const ec = crypto.createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: jwkText('60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6'),
      y: jwkText('7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299'),
    },
  });
  const pair = hex(
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  );
  check('ECDSA', crypto.verify('sha256', Buffer.from('sample'), { key: ec, dsaEncoding: 'ieee-p1363' }, pair), true);
  check(
    'ECDSA of another text',
    crypto.verify('sha256', Buffer.from('samples'), { key: ec, dsaEncoding: 'ieee-p1363' }, pair),
    false,
  );
  // RFC 7748, section 6.1.
  const bob = {
    kty: 'OKP',
    crv: 'X25519',
    d: jwkText('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'),
    x: jwkText('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f'),
  };
  const alice = {
    kty: 'OKP',
    crv: 'X25519',
    x: jwkText('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a'),
  };
  check(
    'X25519',
    crypto.diffieHellman({
      privateKey: crypto.createPrivateKey({ key: bob, format: 'jwk' }),
      publicKey: crypto.createPublicKey({ key: alice, format: 'jwk' }),
    }),
    '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
  );

  if (count < 40) failures.push(`only ${count} vectors were run`);
  return failures;
};
