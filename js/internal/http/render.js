'use strict';

// The header of a message to be sent, as text.

const { Buffer } = require('node:buffer');
const { invalidArgValue, nodeError } = require('../node-error.js');
const { validateHeaderName, validateHeaderValue } = require('./headers.js');

const kUniqueHeaders = Symbol('kUniqueHeaders');

const isCookie = (name) => name.length === 6 && name.toLowerCase() === 'cookie';
const isDisposition = (name) => name.length === 19 && name.toLowerCase() === 'content-disposition';

/** The headers of which several values are sent in one line. */
function uniqueHeaders(names) {
  if (!Array.isArray(names)) return null;
  return new Set(names.map((name) => name.toLowerCase()));
}

/**
 * Makes the header of `message`: `firstLine`, the headers, and what says how the connection and the body end. Gives
 * whether it asks the server to be told to go on.
 */
function render(message, firstLine, headers) {
  const state = { header: firstLine, connection: false, length: false, te: false, date: false, expect: false };
  state.trailer = false;
  if (headers instanceof Map) {
    for (const [, [name, value]] of headers) addHeader(message, state, name, value, false);
  } else if (Array.isArray(headers)) {
    if (headers.length > 0 && Array.isArray(headers[0])) {
      for (const [name, value] of headers) addHeader(message, state, name, value, true);
    } else {
      if (headers.length % 2 !== 0) throw invalidArgValue('headers', headers);
      for (let i = 0; i < headers.length; i += 2) addHeader(message, state, headers[i], headers[i + 1], true);
    }
  } else {
    for (const name of Object.keys(headers ?? {})) addHeader(message, state, name, headers[name], true);
  }
  let { header } = state;
  const asked = state.connection || message._removedConnection;
  if (message._removedConnection) message._last = !message.shouldKeepAlive;
  else if (!asked) {
    const keeps = message.shouldKeepAlive && (state.length || message.useChunkedEncodingByDefault || message.agent);
    if (keeps) header += 'Connection: keep-alive\r\n';
    else {
      message._last = true;
      header += 'Connection: close\r\n';
    }
  }
  if (!state.length && !state.te) {
    if (!message._hasBody) message.chunkedEncoding = false;
    else if (!message.useChunkedEncodingByDefault) message._last = true;
    else if (!state.trailer && !message._removedContLen && typeof message._contentLength === 'number') {
      header += `Content-Length: ${message._contentLength}\r\n`;
    } else if (!message._removedTE) {
      header += 'Transfer-Encoding: chunked\r\n';
      message.chunkedEncoding = true;
    }
  }
  // A trailer needs chunks.
  if (message.chunkedEncoding !== true && state.trailer) {
    const text = 'Trailers are invalid with this transfer encoding';
    throw nodeError(Error, 'ERR_HTTP_TRAILER_INVALID', text);
  }
  message._header = `${header}\r\n`;
  return state.expect;
}

function addHeader(message, state, name, value, validate) {
  if (validate) validateHeaderName(name);
  // Node writes this header's characters as bytes where a length is known.
  if (isDisposition(name) && message._contentLength) {
    value = Array.isArray(value) ? value.map(bytesOf) : bytesOf(value);
  }
  if (Array.isArray(value)) {
    const unique = message[kUniqueHeaders]?.has(name.toLowerCase());
    if ((value.length < 2 || !isCookie(name)) && !unique) {
      for (const each of value) storeHeader(message, state, name, each, validate);
      return;
    }
    value = value.join('; ');
  }
  storeHeader(message, state, name, value, validate);
}

const bytesOf = (text) => Buffer.from(String(text)).latin1Slice();

function storeHeader(message, state, name, value, validate) {
  if (validate) validateHeaderValue(name, value);
  state.header += `${name}: ${value}\r\n`;
  const text = String(value);
  switch (name.toLowerCase()) {
    case 'connection':
      state.connection = true;
      message._removedConnection = false;
      if (/(?:^|\W)close(?:$|\W)/i.test(text)) message._last = true;
      else message.shouldKeepAlive = true;
      break;
    case 'transfer-encoding':
      state.te = true;
      message._removedTE = false;
      if (/(?:^|\W)chunked(?:$|\W)/i.test(text)) message.chunkedEncoding = true;
      break;
    case 'content-length':
      state.length = true;
      message._contentLength = +value;
      message._removedContLen = false;
      break;
    case 'date':
    case 'expect':
    case 'trailer':
      state[name.toLowerCase()] = true;
      break;
    case 'keep-alive':
      message._defaultKeepAlive = false;
      break;
    default:
  }
}

module.exports = { kUniqueHeaders, render, uniqueHeaders };
