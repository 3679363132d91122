// Loads the bundles of dist/ in Node, to compare them with Node's own modules. What the bundles get
// from V8 and from src/host/ comes from Node itself, so these tests are about
// the JavaScript; tests/it/node_layer.rs runs the bundles over the real ops.

import { Buffer as NodeBuffer } from 'node:buffer';
import nodeCrypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import nodeUrl from 'node:url';
import { types } from 'node:util';

const dist = new URL('../dist/', import.meta.url);
const files = new Map(
  JSON.parse(readFileSync(new URL('bundles.json', dist), 'utf8')).map(({ name, file }) => [name, file]),
);

const plain = (buffer) => new Uint8Array(buffer);
const encodings = ['utf8', 'latin1', 'utf16le', 'hex', 'base64', 'base64url', 'ascii'];

const ops = {
  op_buffer_from_string: (text, encoding) => plain(NodeBuffer.from(text, encodings[encoding])),
  op_buffer_to_string: (bytes, start, end, encoding) =>
    NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encodings[encoding], start, end),
  op_buffer_is_utf8: (bytes) =>
    NodeBuffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)).equals(bytes),
  op_crypto_hash_text: (algorithm, text) => plain(nodeCrypto.createHash(algorithm).update(text).digest()),
  op_crypto_hash: (algorithm, data) => plain(nodeCrypto.createHash(algorithm).update(data).digest()),
  op_crypto_hmac: (algorithm, key, data) => plain(nodeCrypto.createHmac(algorithm, key).update(data).digest()),
  op_crypto_hash_new: (algorithm) => nodeCrypto.createHash(algorithm),
  op_crypto_hmac_new: (algorithm, key) => nodeCrypto.createHmac(algorithm, key),
  op_crypto_update: (state, data) => void state.update(data),
  op_crypto_digest: (state) => plain(state.digest()),
  op_crypto_hash_size: (algorithm) => {
    try {
      return nodeCrypto.createHash(algorithm).digest().length;
    } catch {
      return -1;
    }
  },
  op_crypto_copy: (state) => state.copy(),
  op_crypto_random: (bytes) => void nodeCrypto.randomFillSync(bytes),
  op_crypto_equal: (a, b) => nodeCrypto.timingSafeEqual(a, b),
  op_zlib_deflate_new: () => ({}),
  op_zlib_inflate_new: () => ({}),
  op_warn() {},
  op_timer_now: () => performance.now(),
  op_get_constructor_name: (value) => {
    for (let at = value; at !== null; at = Object.getPrototypeOf(at)) {
      const constructor = Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
      if (typeof constructor === 'function' && constructor.name !== '') return constructor.name;
    }
    return Object.prototype.toString.call(value).slice(8, -1);
  },
  op_get_non_index_property_names: (value, filter) =>
    Reflect.ownKeys(value).filter(
      (key) =>
        (typeof key === 'symbol' || !(/^(0|[1-9]\d*)$/.test(key) && Number(key) < 2 ** 32 - 1)) &&
        (filter === 0 || Object.getOwnPropertyDescriptor(value, key).enumerable),
    ),
  op_preview_entries: (value, isIterator) => (isIterator ? [[], false] : []),
};

const host = {
  ops,
  core: {
    ...types,
    byteLength: (text) => NodeBuffer.byteLength(text),
    // What only V8 knows is tested in tests/it/node_layer.rs.
    getPromiseDetails: () => [0, null],
    getProxyDetails: () => null,
  },
  primordials: { queueMicrotask },
};

// ada is only in the binary.
const modules = new Map([['segfn:url', { exports: urls() }]]);

function urls() {
  const { URL, URLSearchParams, domainToASCII, domainToUnicode, format } = nodeUrl;
  return {
    URL,
    URLSearchParams,
    domain: (name, unicode) => (unicode ? domainToUnicode : domainToASCII)(name),
    toASCII: domainToASCII,
    format: (href, fragment, unicode, search, auth) => format(new URL(href), { fragment, unicode, search, auth }),
  };
}

/** The exports of a bundle, which is evaluated when it is first loaded. */
export function load(name) {
  const key = files.has(`node:${name}`) ? `node:${name}` : name;
  let module = modules.get(key);
  if (module === undefined) {
    const file = files.get(key);
    if (file === undefined) throw new Error(`no bundle named ${name}`);
    module = { exports: {} };
    modules.set(key, module);
    const body = readFileSync(new URL(file, dist), 'utf8');
    new Function('require', 'module', 'exports', 'host', body)(load, module, module.exports, host);
  }
  return module.exports;
}

/** The value or the error of `body`, in a form that can be compared. */
export function outcome(body) {
  try {
    return { value: body() };
  } catch (error) {
    return { name: error.name, message: error.message, code: error.code };
  }
}
