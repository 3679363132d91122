'use strict';

// The errors of a connection, as Node makes them.

/** An error that the network gave, from the facts of a Rust NetError. */
function networkError(facts) {
  if (facts.errors !== undefined) {
    const errors = facts.errors.map(networkError);
    // Node's error of several connection attempts has no message of its own.
    const error = new AggregateError(errors);
    error.code = facts.code;
    return error;
  }
  const error = new Error(facts.message);
  for (const key of ['errno', 'code', 'syscall', 'address', 'port', 'hostname']) {
    if (facts[key] !== undefined) error[key] = facts[key];
  }
  if (facts.code.startsWith('HPE_')) error.reason = facts.message.slice('Parse Error: '.length);
  return error;
}

/** The server, or the function, ended the connection early. */
function reset(message) {
  const error = new Error(message);
  error.code = 'ECONNRESET';
  return error;
}

module.exports = { networkError, reset };
