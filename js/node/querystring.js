'use strict';

const percent = require('../internal/url/percent.js');

const { unescapeBuffer } = percent;

function escape(value) {
  if (typeof value !== 'string') value = typeof value === 'object' ? String(value) : `${value}`;
  return percent.escape(value);
}

function unescape(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return unescapeBuffer(text).toString();
  }
}

function primitive(value, encode) {
  if (typeof value === 'string') return value === '' ? '' : encode(value);
  if (typeof value === 'number') return Number.isFinite(value) ? encode(`${value}`) : '';
  if (typeof value === 'bigint' || typeof value === 'boolean') return encode(`${value}`);
  return '';
}

function stringify(object, separator = '&', equals = '=', options) {
  separator ||= '&';
  equals ||= '=';
  const encode = typeof options?.encodeURIComponent === 'function' ? options.encodeURIComponent : querystring.escape;
  if (object === null || typeof object !== 'object') return '';
  const pairs = [];
  for (const key of Object.keys(object)) {
    const value = object[key];
    const start = primitive(key, encode) + equals;
    if (Array.isArray(value)) for (const each of value) pairs.push(start + primitive(each, encode));
    else pairs.push(start + primitive(value, encode));
  }
  return pairs.join(separator);
}

function parse(text, separator, equals, options) {
  const result = { __proto__: null };
  if (typeof text !== 'string' || text === '') return result;
  separator = separator ? String(separator) : '&';
  equals = equals ? String(equals) : '=';
  const max = typeof options?.maxKeys === 'number' ? options.maxKeys : 1000;
  const decode = typeof options?.decodeURIComponent === 'function' ? options.decodeURIComponent : querystring.unescape;
  const decoded = (part) => {
    const spaced = part.replaceAll('+', ' ');
    if (!spaced.includes('%') && decode === unescape) return spaced;
    try {
      return decode(spaced);
    } catch {
      return unescape(spaced);
    }
  };

  let pairs = text.split(separator).filter((pair) => pair !== '');
  if (max > 0) pairs = pairs.slice(0, max);
  for (const pair of pairs) {
    const at = pair.indexOf(equals);
    const key = decoded(at === -1 ? pair : pair.slice(0, at));
    const value = at === -1 ? '' : decoded(pair.slice(at + equals.length));
    if (!(key in result)) result[key] = value;
    else if (Array.isArray(result[key])) result[key].push(value);
    else result[key] = [result[key], value];
  }
  return result;
}

const querystring = { unescapeBuffer, unescape, escape, stringify, encode: stringify, parse, decode: parse };
module.exports = querystring;
