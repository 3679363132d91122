'use strict';

// Names and values of headers: which may be sent, and how repeated ones that were received are joined.

const { nodeError } = require('../node-error.js');

const TOKEN = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
const INVALID_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

const isToken = (text) => typeof text === 'string' && TOKEN.test(text);

const invalidToken = (what, text) =>
  nodeError(TypeError, 'ERR_INVALID_HTTP_TOKEN', `${what} must be a valid HTTP token ["${text}"]`, invalidToken);

function validateHeaderName(name, label = 'Header name') {
  if (!isToken(name)) throw invalidToken(label, name);
}

function validateHeaderValue(name, value) {
  if (value === undefined) {
    throw nodeError(
      TypeError,
      'ERR_HTTP_INVALID_HEADER_VALUE',
      `Invalid value "${value}" for header "${name}"`,
      validateHeaderValue,
    );
  }
  if (INVALID_VALUE.test(value)) {
    throw nodeError(
      TypeError,
      'ERR_INVALID_CHAR',
      `Invalid character in header content ["${name}"]`,
      validateHeaderValue,
    );
  }
}

// A repeated header of these names is dropped. All others are joined.
const SINGLE = new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
]);

/** Node's `headers` of a message, from names and values in turn. */
function joined(raw, joinDuplicates) {
  const headers = {};
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toLowerCase();
    const value = raw[i + 1];
    const before = headers[name];
    if (name === 'set-cookie') {
      if (before === undefined) headers[name] = [value];
      else before.push(value);
    } else if (before === undefined) headers[name] = value;
    else if (name === 'cookie') headers[name] = `${before}; ${value}`;
    else if (joinDuplicates || !SINGLE.has(name)) headers[name] = `${before}, ${value}`;
  }
  return headers;
}

/** Every value of each name. */
function distinct(raw) {
  const headers = { __proto__: null };
  for (let i = 0; i < raw.length; i += 2) (headers[raw[i].toLowerCase()] ??= []).push(raw[i + 1]);
  return headers;
}

module.exports = { distinct, invalidToken, isToken, joined, validateHeaderName, validateHeaderValue };
