'use strict';

const { invalidArgType, invalidArgValue, nativeError, validateString } = require('../node-error.js');
const { hide, isByteSource, toBuffer, toBytes, validateObject } = require('./util.js');
const keys = require('./keys.js');

const { ops } = host;
const kHandle = Symbol('handle');
const kFacts = Symbol('facts');

/** One name in each line, as Node shows a subject or an issuer. */
const lines = (entries) =>
  entries.length === 0
    ? undefined
    : entries.map(([name, value]) => `${name}=${value.replace(/[\\,+"<>;]/g, '\\$&')}`).join('\n');

/** A name as Node's tls gives it: several values of one kind are in a list. */
function record(entries) {
  const names = { __proto__: null };
  for (const [name, value] of entries) names[name] = name in names ? [names[name], value].flat() : value;
  return names;
}

/** Pairs as lists of values by name. */
function lists(pairs) {
  const result = { __proto__: null };
  for (const [name, value] of pairs) (result[name] ??= []).push(value);
  return result;
}

/** An address as Node writes it in a certificate's names. IPv6 has eight groups and no `::`. */
function addressText(address) {
  if (!address.includes(':')) return address;
  const [head, tail] = address.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const groups = tail === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.map((group) => group.toUpperCase()).join(':');
}

/** The alternative names in one text. A name that could be taken for several is quoted. */
function altNames(names) {
  if (names.length === 0) return undefined;
  return names
    .map(({ kind, value }) => {
      const text = kind === 'IP Address' ? addressText(value) : value;
      return `${kind}:${/[",]/.test(text) ? JSON.stringify(text) : text}`;
    })
    .join(', ');
}

const FLAGS = ['wildcards', 'partialWildcards', 'multiLabelWildcards', 'singleLabelSubdomains'];

/** Node's checks of the options of checkHost and its like. */
function checkOptions(options) {
  if (options === undefined) return;
  validateObject(options, 'options');
  const { subject = 'default' } = options;
  validateString(subject, 'options.subject');
  for (const name of FLAGS) {
    const flag = options[name];
    if (flag !== undefined && typeof flag !== 'boolean')
      throw invalidArgType(`options.${name}`, 'of type boolean', flag);
  }
  if (!['default', 'always', 'never'].includes(subject)) throw invalidArgValue('options.subject', subject);
}

function checkName(name) {
  if (name.includes('\0')) throw nativeError(TypeError, 'ERR_INVALID_ARG_VALUE', 'Invalid name');
}

const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const IPV6 = /^[0-9a-f:]*:[0-9a-f:]*(?:\d{1,3}(?:\.\d{1,3}){3})?$/i;

class X509Certificate {
  constructor(buffer) {
    if (!isByteSource(buffer))
      throw invalidArgType('buffer', 'of type string or an instance of Buffer, TypedArray, or DataView', buffer);
    hide(this, kHandle, ops.op_crypto_x509(toBytes(buffer, 'buffer')));
    hide(this, kFacts, ops.op_crypto_x509_facts(this[kHandle]));
  }

  get subject() {
    return lines(this[kFacts].subject);
  }

  get issuer() {
    return lines(this[kFacts].issuer);
  }

  get subjectAltName() {
    return altNames(this[kFacts].altNames);
  }

  get infoAccess() {
    const { infoAccess } = this[kFacts];
    return infoAccess.length === 0 ? undefined : infoAccess.map(([how, where]) => `${how}:${where}`).join('\n');
  }

  get validFrom() {
    return this[kFacts].validFrom;
  }

  get validTo() {
    return this[kFacts].validTo;
  }

  get fingerprint() {
    return this[kFacts].fingerprint;
  }

  get fingerprint256() {
    return this[kFacts].fingerprint256;
  }

  get fingerprint512() {
    return this[kFacts].fingerprint512;
  }

  get keyUsage() {
    return this[kFacts].keyUsage ?? undefined;
  }

  get serialNumber() {
    return this[kFacts].serialNumber;
  }

  get ca() {
    return this[kFacts].ca;
  }

  get raw() {
    return toBuffer(ops.op_crypto_x509_raw(this[kHandle]));
  }

  get publicKey() {
    return new keys.PublicKeyObject(ops.op_crypto_x509_key(this[kHandle]));
  }

  toString() {
    return toBuffer(ops.op_crypto_x509_pem(this[kHandle])).toString();
  }

  toJSON() {
    return this.toString();
  }

  checkHost(name, options) {
    validateString(name, 'name');
    checkOptions(options);
    checkName(name);
    const { subject, altNames } = this[kFacts];
    const hosts = altNames.filter(({ kind }) => kind === 'DNS').map(({ value }) => value);
    // The subject counts if there is no alternative name.
    const useSubject = options?.subject === 'always' || (hosts.length === 0 && options?.subject !== 'never');
    if (useSubject) hosts.push(...subject.filter(([kind]) => kind === 'CN').map(([, value]) => value));
    return hosts.find((host) => matches(host, name, options?.wildcards ?? true));
  }

  checkEmail(email, options) {
    validateString(email, 'email');
    checkOptions(options);
    checkName(email);
    const { subject, altNames } = this[kFacts];
    const known = [
      ...altNames.filter(({ kind }) => kind === 'email').map(({ value }) => value),
      ...subject.filter(([kind]) => kind === 'emailAddress').map(([, value]) => value),
    ];
    const parts = (address) =>
      [address.slice(0, address.lastIndexOf('@')), address.slice(address.lastIndexOf('@') + 1).toLowerCase()].join('@');
    return known.some((one) => parts(one) === parts(email)) ? email : undefined;
  }

  checkIP(ip, options) {
    validateString(ip, 'ip');
    checkOptions(options);
    if (!IPV4.test(ip) && !IPV6.test(ip)) throw nativeError(TypeError, 'ERR_INVALID_ARG_VALUE', 'Invalid IP');
    const wanted = addressText(ip.toLowerCase());
    return this[kFacts].altNames.some(({ kind, value }) => kind === 'IP Address' && addressText(value) === wanted)
      ? ip
      : undefined;
  }

  checkIssued(other) {
    if (!isCertificate(other)) throw invalidArgType('otherCert', 'an instance of X509Certificate', other);
    return ops.op_crypto_x509_issued(this[kHandle], other[kHandle]);
  }

  checkPrivateKey(key) {
    if (!keys.isKeyObject(key)) throw invalidArgType('pkey', 'an instance of KeyObject', key);
    if (key.type !== 'private') throw invalidArgValue('pkey', key);
    return ops.op_crypto_x509_matches(this[kHandle], keys.handle(key));
  }

  verify(key) {
    if (!keys.isKeyObject(key)) throw invalidArgType('pkey', 'an instance of KeyObject', key);
    if (key.type !== 'public') throw invalidArgValue('pkey', key);
    return ops.op_crypto_x509_verify(this[kHandle], keys.handle(key));
  }

  toLegacyObject() {
    const facts = this[kFacts];
    const key = this.publicKey;
    const details = key.asymmetricKeyDetails;
    const subjectaltname = this.subjectAltName;
    return {
      subject: record(facts.subject),
      issuer: record(facts.issuer),
      ...(subjectaltname === undefined ? {} : { subjectaltname }),
      ...(facts.infoAccess.length === 0 ? {} : { infoAccess: lists(facts.infoAccess) }),
      ca: facts.ca,
      ...(key.asymmetricKeyType === 'rsa' ? rsaFacts(key, details) : ecFacts(key, details)),
      valid_from: facts.validFrom,
      valid_to: facts.validTo,
      fingerprint: facts.fingerprint,
      fingerprint256: facts.fingerprint256,
      fingerprint512: facts.fingerprint512,
      ...(facts.keyUsage ? { ext_key_usage: facts.keyUsage } : {}),
      serialNumber: facts.serialNumber,
      raw: this.raw,
    };
  }

  [require('node:util').inspect.custom](depth, options) {
    if (depth < 0) return this;
    const {
      subject,
      subjectAltName,
      issuer,
      infoAccess,
      validFrom,
      validTo,
      fingerprint,
      fingerprint256,
      fingerprint512,
      keyUsage,
      serialNumber,
    } = this;
    const shown = {
      subject,
      subjectAltName,
      issuer,
      infoAccess,
      validFrom,
      validTo,
      fingerprint,
      fingerprint256,
      fingerprint512,
      keyUsage,
      serialNumber,
    };
    return `X509Certificate ${require('node:util').inspect(shown, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

const isCertificate = (value) => value !== null && typeof value === 'object' && kHandle in value;

/** Whether a certificate's name stands for a host's, by RFC 6125: a wildcard stands for the whole first label. */
function matches(pattern, name, wildcards) {
  const [one, other] = [pattern.toLowerCase(), name.toLowerCase()];
  if (one === other) return true;
  if (!wildcards || !one.startsWith('*.')) return false;
  const rest = other.slice(other.indexOf('.'));
  return other.indexOf('.') > 0 && rest === one.slice(1) && rest.lastIndexOf('.') > 0;
}

function rsaFacts(key, details) {
  const jwk = key.export({ format: 'jwk' });
  return {
    modulus: Buffer.from(jwk.n, 'base64url').toString('hex').toUpperCase(),
    bits: details.modulusLength,
    exponent: `0x${details.publicExponent.toString(16)}`,
    pubkey: key.export({ format: 'der', type: 'spki' }),
  };
}

const NIST = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521', secp224r1: 'P-224', prime192v1: 'P-192' };

function ecFacts(key, { namedCurve }) {
  if (namedCurve === undefined) return {};
  const spki = key.export({ format: 'der', type: 'spki' });
  // The key ends in the point: 4, x, y.
  const jwk = key.export({ format: 'jwk' });
  const size = Buffer.from(jwk.x, 'base64url').length;
  return {
    bits: { secp521r1: 521 }[namedCurve] ?? size * 8,
    pubkey: spki.subarray(-(2 * size + 1)),
    asn1Curve: namedCurve,
    ...(NIST[namedCurve] ? { nistCurve: NIST[namedCurve] } : {}),
  };
}

module.exports = { X509Certificate };
