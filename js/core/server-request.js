// The `request` of a source function (docs/platform.md section 4).
import { errorClasses } from './error-classes.js';
import { require } from './bundles.js';
import { warn } from './warnings.js';

const ENDPOINT = 'https://fn.segmentapis.com/';

function query(parameters) {
  if (parameters === undefined || parameters === null) return '';
  if (typeof parameters === 'string') {
    return parameters.startsWith('?') ? parameters : `?${parameters}`;
  }
  const { URLSearchParams } = require('segfn:url');
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) search.append(key, String(one));
  }
  return `?${search}`;
}

// Not by the global, which the function may have replaced.
function makeURL(text) {
  const { URL } = require('segfn:url');
  return new URL(text);
}

function absolute(url) {
  try {
    return url && makeURL(url);
  } catch {
    return undefined;
  }
}

export class ServerRequest {
  #url;
  #headers;
  #rawHeaders;
  #json;
  #text;

  constructor({ body, headers, url, queryParameters } = {}) {
    if (typeof body === 'string') this.#text = body;
    else if (typeof body === 'object') this.#json = body;
    else throw new TypeError('unsupported body type');
    this.#url = absolute(url) || makeURL(ENDPOINT + query(queryParameters));
    this.#rawHeaders = headers;
  }

  get url() {
    return this.#url;
  }

  // The headers are made when they are first read: most functions read only the body, and `Headers` is node-fetch's.
  get headers() {
    if (this.#headers === undefined) {
      const { Headers } = require('node-fetch');
      const given = this.#rawHeaders ?? {};
      this.#headers = given instanceof Headers ? given : new Headers(given);
    }
    return this.#headers;
  }

  // A falsy value is parsed, or written, again at each call, as on the platform.
  json() {
    if (!this.#json) this.#json = JSON.parse(this.#text);
    return this.#json;
  }

  text() {
    if (!this.#text) this.#text = JSON.stringify(this.#json);
    return this.#text;
  }
}

const FIELDS = ['body', 'headers', 'url', 'queryParameters', 'method'];
// What others call the field.
const OTHER_NAMES = { queryParams: 'queryParameters', query: 'queryParameters' };

const named = (names) => names.map((name) => `\`${name}\``).join(', ');

/** An object that has fields of a request, and others: a request with names of others, or a body. */
function nearlyRequest(input, keys) {
  const others = keys.filter((key) => !FIELDS.includes(key));
  if (!keys.includes('body') || !keys.includes('headers')) return { body: input };
  if (!others.every((key) => Object.hasOwn(OTHER_NAMES, key))) {
    warn(
      `the input has \`body\` and \`headers\`, but also ${named(others)}, so all of it is taken as the body; ` +
        `a request has ${named(FIELDS)} only`,
    );
    return { body: input };
  }
  const payload = {};
  for (const key of keys) payload[OTHER_NAMES[key] ?? key] = input[key];
  warn(`${named(others)} is taken as \`queryParameters\`, as the platform calls it`);
  return payload;
}

// An input is a request, the preview API's `{payload: request}`, or else the body itself.
function payloadOf(input) {
  const plain = typeof input === 'object' && input !== null && !Array.isArray(input);
  if (!plain) return { body: input };
  const keys = Object.keys(input);
  if (typeof input.payload === 'object' && input.payload !== null) {
    if (keys.every((key) => key === 'payload' || key === 'settings')) return input.payload;
  }
  const known = keys.length > 0 && keys.every((key) => FIELDS.includes(key));
  if (!known) return nearlyRequest(input, keys);
  return { ...input, body: 'body' in input ? input.body : {} };
}

function contentType(headers) {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (name.toLowerCase() === 'content-type') return String(value).toLowerCase();
  }
  return '';
}

// A form's body arrives parsed. A key that is repeated has an array.
function parseForm(body) {
  const out = {};
  const { URLSearchParams } = require('segfn:url');
  for (const [key, value] of new URLSearchParams(body)) {
    out[key] = Object.hasOwn(out, key) ? [out[key], value].flat() : value;
  }
  return out;
}

/**
 * The request that the engine hands to onRequest, made from an input. `small` says that the input can't be larger than
 * `limit`, in bytes.
 */
export function request(input, small, limit) {
  const payload = payloadOf(input);
  if (!small) {
    const body = typeof payload.body === 'string' ? payload.body : JSON.stringify(payload.body);
    if (new TextEncoder().encode(body).length > limit) {
      throw new errorClasses.InvalidEventPayload(
        `the request's body is larger than ${limit / 1024} KiB: the platform refuses it`,
      );
    }
  }
  const form = contentType(payload.headers).startsWith('application/x-www-form-urlencoded');
  if (form && typeof payload.body === 'string') payload.body = parseForm(payload.body);
  return new ServerRequest(payload);
}
