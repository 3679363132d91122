'use strict';

// The algorithms, each with its operations, and which one an argument names.
//
// An operation has `run`, which does it with the algorithm's parameters, and `params`: the dictionary of these, if
// there is more than a name.

const { domError, unrecognized } = require('./errors.js');
const { isObject, parameters } = require('./dictionaries.js');
const { bytesOf } = require('./keys.js');

const algorithms = {
  __proto__: null,
  ...require('./hashes.js').algorithms,
  ...require('./rsa.js').algorithms,
  ...require('./ec.js').algorithms,
  ...require('./aes.js').algorithms,
  ...require('./secrets.js').algorithms,
  ...require('./cfrg.js').algorithms,
};

const AT = { prefix: 'Failed to normalize algorithm', context: 'passed algorithm' };
const BYTES = ['iv', 'additionalData', 'salt', 'info', 'label', 'context', 'counter'];

/**
 * What `given` names, with the parameters that it needs for `operation` (section 18.4.4 of the specification), and the
 * operation.
 */
function normalize(given, operation) {
  const algorithm = isObject(given) ? given : { name: given };
  const { name } = parameters.Algorithm(algorithm, AT);
  const upper = name.toUpperCase();
  const found = Object.keys(algorithms).find((known) => known.toUpperCase() === upper);
  const todo = found === undefined ? undefined : algorithms[found][operation];
  if (todo === undefined) throw unrecognized();
  if (todo.params === undefined) return { algorithm: { name: found }, run: todo.run };
  const normalized = parameters[todo.params](algorithm, AT);
  normalized.name = found;
  for (const member of BYTES) {
    // A copy, because the caller may change its own bytes.
    if (normalized[member] !== undefined) normalized[member] = new Uint8Array(bytesOf(normalized[member]));
  }
  if (normalized.hash !== undefined) normalized.hash = normalize(normalized.hash, 'digest').algorithm;
  return { algorithm: normalized, run: todo.run };
}

/** The key's text in `format`. */
function exported(key, format) {
  const { name } = key.algorithm;
  const { type } = key.object;
  const write = algorithms[name].exportKey?.[format];
  const possible = format === 'jwk' || (format === 'pkcs8' ? type === 'private' : type !== 'private');
  if (write === undefined || !possible) {
    if (format === 'jwk') throw domError('NotSupportedError', 'Not yet supported');
    // Node's text for SPKI says "raw".
    const what = format === 'spki' ? 'raw' : format;
    throw domError('InvalidAccessError', `Unable to export a ${what} ${name} ${type} key`);
  }
  return write(key, format);
}

module.exports = { exported, normalize };
