'use strict';

// Errors as Node makes them: `code` is an own property, and the first line of the stack names it.

const { inspect } = require('segfn:inspect');

/** An error of class `Base` with Node's `code`. The stack begins with the caller of the function `hide`. */
function nodeError(Base, code, message, hide = nodeError) {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new Base(message);
  Error.stackTraceLimit = limit;
  Object.defineProperty(error, 'name', { value: `${Base.name} [${code}]`, configurable: true, writable: true });
  Error.captureStackTrace(error, hide);
  // V8 formats the stack when it is first read, which must happen while the name holds the code.
  void error.stack;
  delete error.name;
  error.code = code;
  Object.defineProperty(error, 'toString', {
    value() {
      return `${this.name} [${code}]: ${this.message}`;
    },
    configurable: true,
    writable: true,
  });
  return error;
}

/** An error that Node's C++ throws: it has a `code`, which its stack doesn't name. */
function nativeError(Base, code, message) {
  const error = new Base(message);
  error.code = code;
  return error;
}

/** What Node's messages say about a value of the wrong type, such as ` Received an instance of Foo`. */
function received(value) {
  if (value == null) return ` Received ${value}`;
  if (typeof value === 'function') return ` Received function ${value.name}`;
  if (typeof value === 'object') {
    if (value.constructor?.name) return ` Received an instance of ${value.constructor.name}`;
    return ` Received ${inspect(value, { depth: -1 })}`;
  }
  let shown = inspect(value, { colors: false });
  if (shown.length > 28) shown = `${shown.slice(0, 25)}...`;
  return ` Received type ${typeof value} (${shown})`;
}

/** ERR_INVALID_ARG_TYPE; `expected` is the rest of "must be ", such as `of type string`. */
function invalidArgType(name, expected, value) {
  const what = name.endsWith(' argument')
    ? `The ${name}`
    : `The "${name}" ${name.includes('.') ? 'property' : 'argument'}`;
  return nodeError(TypeError, 'ERR_INVALID_ARG_TYPE', `${what} must be ${expected}.${received(value)}`, invalidArgType);
}

/** ERR_OUT_OF_RANGE; `range` is such as `>= 0 && <= 10`. */
function outOfRange(name, range, value) {
  let shown = String(value);
  if (Number.isInteger(value) && Math.abs(value) > 2 ** 32) shown = grouped(shown);
  else if (typeof value === 'bigint') shown = `${Math.abs(Number(value)) > 2 ** 32 ? grouped(shown) : shown}n`;
  return nodeError(
    RangeError,
    'ERR_OUT_OF_RANGE',
    `The value of "${name}" is out of range. It must be ${range}. Received ${shown}`,
    outOfRange,
  );
}

/** The digits in groups of three with a `_` between them, as Node shows large numbers in messages. */
function grouped(digits) {
  // Node groups from the end, whatever stands there: `1e+_300`.
  const end = digits.startsWith('-') ? 4 + 1 : 4;
  let rest = '';
  let at = digits.length;
  for (; at >= end; at -= 3) rest = `_${digits.slice(at - 3, at)}${rest}`;
  return digits.slice(0, at) + rest;
}

/** ERR_INVALID_ARG_VALUE. */
function invalidArgValue(name, value, reason = 'is invalid') {
  let shown = inspect(value);
  if (shown.length > 128) shown = `${shown.slice(0, 128)}...`;
  const what = name.includes('.') ? 'property' : 'argument';
  return nodeError(
    TypeError,
    'ERR_INVALID_ARG_VALUE',
    `The ${what} '${name}' ${reason}. Received ${shown}`,
    invalidArgValue,
  );
}

/** ERR_UNKNOWN_ENCODING. */
function unknownEncoding(encoding) {
  return nodeError(TypeError, 'ERR_UNKNOWN_ENCODING', `Unknown encoding: ${encoding}`, unknownEncoding);
}

/** The error of an operation that `signal` has aborted. */
function abortError(signal) {
  const error = new Error('The operation was aborted', { cause: signal.reason });
  error.name = 'AbortError';
  error.code = 'ABORT_ERR';
  return error;
}

function validateFunction(value, name) {
  if (typeof value !== 'function') throw invalidArgType(name, 'of type function', value);
}

function validateString(value, name) {
  if (typeof value !== 'string') throw invalidArgType(name, 'of type string', value);
}

function validateInteger(value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
  if (typeof value !== 'number') throw invalidArgType(name, 'of type number', value);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value);
  if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
}

module.exports = {
  abortError,
  invalidArgType,
  invalidArgValue,
  nativeError,
  nodeError,
  outOfRange,
  received,
  unknownEncoding,
  validateFunction,
  validateInteger,
  validateString,
};
