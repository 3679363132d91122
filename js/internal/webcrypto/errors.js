'use strict';

const { DOMException } = globalThis;

/** An error of Web Crypto, which code recognises by its name. */
function domError(name, message, cause) {
  const error = new DOMException(message, name);
  if (cause !== undefined) {
    Object.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true });
  }
  return error;
}

const unrecognized = () => domError('NotSupportedError', 'Unrecognized algorithm name');

const failed = (cause) => domError('OperationError', 'The operation failed for an operation-specific reason', cause);

/** What `work` gives. That it failed, and not why, is the error. */
function attempt(work) {
  try {
    return work();
  } catch (error) {
    throw failed(error);
  }
}

const invalidData = (cause) => domError('DataError', 'Invalid keyData', cause);

/** A key that `read` makes of data from outside. */
function readKey(read) {
  try {
    return read();
  } catch (error) {
    throw invalidData(error);
  }
}

module.exports = { attempt, domError, failed, invalidData, readKey, unrecognized };
