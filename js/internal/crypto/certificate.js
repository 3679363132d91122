'use strict';

// SPKAC certificates, which browsers made for <keygen>. Their functions are methods and static.

const { nativeError } = require('../node-error.js');
const { toBuffer, toBytes } = require('./util.js');

const { ops } = host;

/** The bytes of the argument: the certificate's text in base64. */
function textOf(spkac, encoding) {
  const bytes = toBytes(spkac, 'spkac', encoding);
  if (bytes.length > 2 ** 31 - 1) throw nativeError(RangeError, 'ERR_OUT_OF_RANGE', 'spkac is too large');
  return bytes;
}

/** What an op gives; an empty text where there is no such certificate. */
const orNothing = (bytes) => (bytes === null ? '' : toBuffer(bytes));

function verifySpkac(spkac, encoding) {
  return ops.op_crypto_spkac_verify(textOf(spkac, encoding));
}

function exportPublicKey(spkac, encoding) {
  return orNothing(ops.op_crypto_spkac_key(textOf(spkac, encoding)));
}

function exportChallenge(spkac, encoding) {
  return orNothing(ops.op_crypto_spkac_challenge(textOf(spkac, encoding)));
}

function Certificate() {
  if (!(this instanceof Certificate)) return new Certificate();
}
for (const holder of [Certificate.prototype, Certificate]) {
  Object.assign(holder, { verifySpkac, exportPublicKey, exportChallenge });
}

module.exports = Certificate;
