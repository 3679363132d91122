'use strict';

// The encoding of keys, which the options of createPrivateKey, export and generateKeyPair name.

const { invalidArgValue, nodeError } = require('../node-error.js');
const { isByteSource, toBytes, validateObject } = require('./util.js');

const nameOf = (name, object) => (object === undefined ? `options.${name}` : `options.${object}.${name}`);

function incompatible(form, why) {
  return nodeError(
    Error,
    'ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS',
    `The selected key encoding ${form} ${why}.`,
    incompatible,
  );
}

function parseFormat(format, otherwise, name) {
  if (format === undefined && otherwise !== undefined) return otherwise;
  if (format === 'pem' || format === 'der' || format === 'jwk') return format;
  throw invalidArgValue(name, format);
}

/** `isPublic` is undefined if the key may be public or private. */
function parseType(type, required, kind, isPublic, name) {
  if (type === undefined && !required) return undefined;
  if (type === 'pkcs1') {
    if (kind !== undefined && kind !== 'rsa') throw incompatible(type, 'can only be used for RSA keys');
    return type;
  }
  if (type === 'spki' && isPublic !== false) return type;
  if (type === 'pkcs8' && isPublic !== true) return type;
  if (type === 'sec1' && isPublic !== true) {
    if (kind !== undefined && kind !== 'ec') throw incompatible(type, 'can only be used for EC keys');
    return type;
  }
  throw invalidArgValue(name, type);
}

/** The encoding of a key that is read. */
function parseInput(options, isPublic) {
  validateObject(options, 'options');
  const format = parseFormat(options.format, 'pem', 'options.format');
  const type = parseType(options.type, format === 'der', undefined, isPublic, 'options.type');
  let { passphrase } = options;
  if (passphrase !== undefined) {
    if (!isByteSource(passphrase)) throw invalidArgValue('options.passphrase', passphrase);
    passphrase = toBytes(passphrase, 'key.passphrase', options.encoding);
  }
  return { format, type, passphrase };
}

/** The encoding in which a key of `kind` is written; `object` is the name of the option that holds it. */
function parseOutput(options, kind, isPublic, object) {
  validateObject(options, 'options');
  const format = parseFormat(options.format, undefined, nameOf('format', object));
  const type = parseType(options.type, format !== 'jwk', kind, isPublic, nameOf('type', object));
  if (isPublic) return { format, type };
  const { cipher, passphrase, encoding } = options;
  if (cipher == null) {
    if (passphrase !== undefined) throw invalidArgValue(nameOf('cipher', object), cipher);
    return { format, type };
  }
  if (typeof cipher !== 'string') throw invalidArgValue(nameOf('cipher', object), cipher);
  if (format === 'der' && (type === 'pkcs1' || type === 'sec1'))
    throw incompatible(type, 'does not support encryption');
  if (!isByteSource(passphrase)) throw invalidArgValue(nameOf('passphrase', object), passphrase);
  return { format, type, cipher, passphrase: toBytes(passphrase, 'key.passphrase', encoding) };
}

module.exports = { incompatible, parseInput, parseOutput };
