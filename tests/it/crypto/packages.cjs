'use strict';

// The platform's packages that stand on crypto: `make` signs on one side, `use` verifies on the other and gives the
// names of what doesn't hold.

const CLAIMS = { sub: 'user', iat: 1_700_000_000 };

exports.make = (require, keys) => {
  const jwt = require('jsonwebtoken');
  const secrets = {
    HS256: 'secret',
    HS512: 'secret',
    RS256: keys.rsa,
    RS512: keys.rsa,
    PS256: keys.rsa,
    ES256: keys.ec,
  };
  const tokens = Object.entries(secrets).map(([algorithm, secret]) => [
    algorithm,
    jwt.sign(CLAIMS, secret, { algorithm, keyid: 'k' }),
  ]);
  tokens.push([
    'RS256 by a sealed key',
    jwt.sign(CLAIMS, { key: keys.sealedPem, passphrase: 'open sesame' }, { algorithm: 'RS256' }),
  ]);
  const { OAuth } = require('oauth');
  const oauth = new OAuth('https://example.com/r', 'https://example.com/a', 'key', keys.rsa, '1.0', null, 'RSA-SHA1');
  const stripe = require('stripe')('sk_test_1');
  const payload = '{"id":"evt_1","object":"event"}';
  const header = stripe.webhooks.generateTestHeaderString({ payload, secret: 'whsec_1', timestamp: 1_700_000_000 });
  return {
    tokens,
    oauth: oauth._createSignature('POST&https%3A%2F%2Fexample.com&a%3D1', ''),
    stripe: { payload, header },
  };
};

exports.use = (require, keys, made) => {
  const jwt = require('jsonwebtoken');
  const { createPublicKey, verify } = require('crypto');
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
  const open = (key) => createPublicKey(key).export({ format: 'pem', type: 'spki' });
  for (const [name, token] of made.tokens) {
    const secret = name.startsWith('HS') ? 'secret' : open(name === 'ES256' ? keys.ec : keys.rsa);
    check(name, () => jwt.verify(token, secret).sub === 'user');
    check(
      `${name}, by the certificate`,
      () => !/^(RS|PS)/.test(name) || jwt.verify(token, keys.certificate).sub === 'user',
    );
    check(`${name}, changed`, () => {
      try {
        jwt.verify(`${token.slice(0, -6)}AAAAAA`, secret);
        return 'verified';
      } catch (error) {
        return error.name === 'JsonWebTokenError' && error.message === 'invalid signature';
      }
    });
  }
  check('OAuth RSA-SHA1', () =>
    verify(
      'RSA-SHA1',
      Buffer.from('POST&https%3A%2F%2Fexample.com&a%3D1'),
      open(keys.rsa),
      Buffer.from(made.oauth, 'base64'),
    ),
  );
  const { payload, header } = made.stripe;
  const stripe = require('stripe')('sk_test_1');
  check('Stripe', () => stripe.webhooks.constructEvent(payload, header, 'whsec_1', 1e12).id === 'evt_1');
  check('Stripe, changed', () => {
    try {
      stripe.webhooks.constructEvent(payload.replace('evt_1', 'evt_2'), header, 'whsec_1', 1e12);
      return 'verified';
    } catch (error) {
      return error.type === 'StripeSignatureVerificationError';
    }
  });
  return failures;
};
