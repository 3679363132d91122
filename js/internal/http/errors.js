'use strict';

// The errors of a connection, as Node makes them.

/** The error of a connection, made of the fields of a Rust NodeError. */
function networkError(facts) {
  if (facts.errors !== undefined) {
    // Node's error for several failed attempts to connect has no message of its own.
    const error = new AggregateError(facts.errors.map(networkError));
    error.code = facts.code;
    return error;
  }
  const error = new Error(facts.message);
  for (const key of ['errno', 'code', 'syscall', 'address', 'port', 'hostname']) {
    if (facts[key] !== undefined) error[key] = facts[key];
  }
  Object.assign(error, parts(facts));
  return error;
}

const NOT_FOR_HOST = "Hostname/IP does not match certificate's altnames: ";

/** The properties in which Node repeats parts of the message. */
function parts({ code, message }) {
  if (code.startsWith('HPE_')) return { reason: message.slice('Parse Error: '.length) };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { reason: message.slice(NOT_FOR_HOST.length) };
  if (!code.startsWith('ERR_SSL_')) return undefined;
  const [, , library, , reason] = message.split(':');
  return { library, reason };
}

/** The error of a connection that the server, or the function, ended early. */
function reset(message) {
  const error = new Error(message);
  error.code = 'ECONNRESET';
  return error;
}

module.exports = { networkError, reset };
