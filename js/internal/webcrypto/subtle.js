'use strict';

// SubtleCrypto: its arguments, and which operation they ask for. Whatever is wrong rejects the promise.

const node = require('./node.js');
const { argument, checkCount } = require('./dictionaries.js');
const { domError } = require('./errors.js');
const { exported, normalize } = require('./algorithms.js');

const { JSONParse, JSONStringify } = host.primordials;
const LIMIT = 2 ** 31 - 1;

class SubtleCrypto {
  constructor() {
    throw node.nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
  }
}

const subtle = Object.create(SubtleCrypto.prototype);

/**
 * Adds a method. `kinds` are those of its arguments; of which `required` must be given. `body` is called with the
 * arguments as they came and as they were converted.
 */
function method(name, required, kinds, body) {
  const { [name]: value } = {
    async [name](...given) {
      if (this !== subtle) {
        throw node.nodeError(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type SubtleCrypto');
      }
      checkCount(given.length, required, name, 'SubtleCrypto');
      const args = [];
      for (let index = 0; index < kinds.length; index++) {
        const kind = typeof kinds[index] === 'function' ? kinds[index](args) : kinds[index];
        args.push(argument(name, kind, given[index], index));
      }
      return body(args, given);
    },
  };
  Object.defineProperty(value, 'length', { value: kinds.length, configurable: true });
  Object.defineProperty(SubtleCrypto.prototype, name, { value, writable: true, enumerable: true, configurable: true });
}

function checkSize(data) {
  if (data.byteLength > LIMIT) throw domError('OperationError', `data must be less than ${LIMIT + 1} bits`);
}

/** The key's slots, if it may be used so. */
function usable(cryptoKey, algorithm, usage, message) {
  const key = node.slotsOf(cryptoKey);
  if (key.algorithm.name !== algorithm.name || !key.usages.includes(usage))
    throw domError('InvalidAccessError', message);
  return key;
}

function crypt({ algorithm, run }, cryptoKey, data, usage) {
  const key = usable(cryptoKey, algorithm, usage, 'The requested operation is not valid for the provided key');
  checkSize(data);
  return run(algorithm, key, data);
}

for (const name of ['encrypt', 'decrypt']) {
  method(name, 3, ['identifier', 'cryptoKey', 'bufferSource'], ([algorithm, key, data]) =>
    crypt(normalize(algorithm, name), key, data, name),
  );
}

method('sign', 3, ['identifier', 'cryptoKey', 'bufferSource'], ([given, key, data]) => {
  const { algorithm, run } = normalize(given, 'sign');
  return run(algorithm, usable(key, algorithm, 'sign', 'Unable to use this key to sign'), data);
});

const VERIFY = ['identifier', 'cryptoKey', 'bufferSource', 'bufferSource'];
method('verify', 4, VERIFY, ([given, key, signature, data]) => {
  const { algorithm, run } = normalize(given, 'verify');
  return run(algorithm, usable(key, algorithm, 'verify', 'Unable to use this key to verify'), data, signature);
});

method('digest', 2, ['identifier', 'bufferSource'], ([given, data]) => {
  const { algorithm, run } = normalize(given, 'digest');
  checkSize(data);
  return run(algorithm, data);
});

method('generateKey', 3, ['identifier', 'boolean', 'usages'], async ([given, extractable, usages]) => {
  const { algorithm, run } = normalize(given, 'generateKey');
  const made = await run(algorithm, extractable, usages);
  if (node.slotsOf(made.privateKey ?? made).usages.length === 0)
    throw domError('SyntaxError', 'Usages cannot be empty when creating a key.');
  return made;
});

function derivable(cryptoKey, algorithm, usage) {
  const key = node.slotsOf(cryptoKey);
  if (!key.usages.includes(usage)) throw domError('InvalidAccessError', `baseKey does not have ${usage} usage`);
  if (key.algorithm.name !== algorithm.name) throw domError('InvalidAccessError', 'Key algorithm mismatch');
  return key;
}

const DERIVED = ['identifier', 'cryptoKey', 'identifier', 'boolean', 'usages'];
method('deriveKey', 5, DERIVED, async ([given, baseKey, kind, extractable, usages]) => {
  const { algorithm, run } = normalize(given, 'deriveBits');
  const target = normalize(kind, 'importKey');
  const key = derivable(baseKey, algorithm, 'deriveKey');
  const measure = normalize(kind, 'keyLength');
  const bits = await run(algorithm, key, measure.run(measure.algorithm));
  return imported(target, 'raw', bits, extractable, usages);
});

method('deriveBits', 2, ['identifier', 'cryptoKey'], ([given, baseKey], [, , length = null]) => {
  const bits = length === null ? null : argument('deriveBits', 'unsignedLong', length, 2);
  const { algorithm, run } = normalize(given, 'deriveBits');
  return run(algorithm, derivable(baseKey, algorithm, 'deriveBits'), bits);
});

const dataKind = ([format]) => (format === 'jwk' ? 'jsonWebKey' : 'bufferSource');
const IMPORTED = ['keyFormat', dataKind, 'identifier', 'boolean', 'usages'];
method('importKey', 4, IMPORTED, ([format, data, kind, extractable, usages]) =>
  imported(normalize(kind, 'importKey'), format, data, extractable, usages),
);

function imported({ algorithm, run }, format, data, extractable, usages) {
  const key = run(algorithm, format, data, extractable, usages);
  const { object, usages: own } = node.slotsOf(key);
  if (object.type !== 'public' && own.length === 0)
    throw domError('SyntaxError', `Usages cannot be empty when importing a ${object.type} key.`);
  return key;
}

function exportable(cryptoKey) {
  const key = node.slotsOf(cryptoKey);
  if (!key.extractable) throw domError('InvalidAccessException', 'key is not extractable');
  return key;
}

method('exportKey', 2, ['keyFormat', 'cryptoKey'], ([format, key]) => exported(exportable(key), format));

/** To wrap is to encrypt, unless the algorithm only wraps. */
function normalizeEither(given, operation, otherwise) {
  try {
    return normalize(given, operation);
  } catch {
    return normalize(given, otherwise);
  }
}

const WRAPPED = ['keyFormat', 'cryptoKey', 'cryptoKey', 'identifier'];
method('wrapKey', 4, WRAPPED, ([format, key, wrappingKey, kind]) => {
  const todo = normalizeEither(kind, 'wrapKey', 'encrypt');
  let data = exported(exportable(key), format);
  if (format === 'jwk') {
    let text = JSONStringify(data);
    // That algorithm takes whole blocks.
    if (todo.algorithm.name === 'AES-KW') text = text.padEnd(Math.ceil(text.length / 8) * 8);
    data = Buffer.from(text);
  }
  return crypt(todo, wrappingKey, data, 'wrapKey');
});

const UNWRAPPED = ['keyFormat', 'bufferSource', 'cryptoKey', 'identifier', 'identifier', 'boolean', 'usages'];
method('unwrapKey', 7, UNWRAPPED, async ([format, wrapped, unwrappingKey, kind, keyKind, extractable, usages]) => {
  const todo = normalizeEither(kind, 'unwrapKey', 'decrypt');
  let data = await crypt(todo, unwrappingKey, wrapped, 'unwrapKey');
  if (format === 'jwk') {
    try {
      data = JSONParse(new TextDecoder('utf-8', { fatal: true }).decode(data));
    } catch {
      throw domError('DataError', 'Invalid wrapped JWK key');
    }
    data = argument('importKey', 'jsonWebKey', data, 1);
  }
  return imported(normalize(keyKind, 'importKey'), format, data, extractable, usages);
});

Object.defineProperty(SubtleCrypto.prototype, Symbol.toStringTag, { value: 'SubtleCrypto', configurable: true });

module.exports = { SubtleCrypto, subtle };
