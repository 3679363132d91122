'use strict';

// The package looks for credentials and a region in the environment, in files and on link-local
// addresses. A function has none of these: what it doesn't configure is left to segfn, which stands
// in for the role that the platform's own process has.

const AWS = require('aws-sdk/lib/core');

let known; // asked for once: no instance changes its ambient key

/** `{ accessKeyId, secretAccessKey, sessionToken, opaque }`, or null; `opaque` is a mere sign for the key. */
function ambient() {
  if (known === undefined) known = host.ops.op_aws_ambient();
  return known;
}

/** Whether `credentials` only stand for a key that never enters this heap. */
exports.isOpaque = (credentials) => Boolean(ambient()?.opaque) && credentials.accessKeyId === ambient().accessKeyId;

function refill(credentials) {
  const { accessKeyId, secretAccessKey, sessionToken } = ambient();
  Object.assign(credentials, { expired: false, accessKeyId, secretAccessKey, sessionToken });
}

function provider() {
  // As on the platform, where the process has its key from its environment.
  const credentials = new AWS.EnvironmentCredentials('AWS');
  if (ambient() === null) return credentials;
  refill(credentials);
  Object.defineProperty(credentials, 'refresh', {
    value(callback) {
      refill(credentials);
      callback?.();
    },
  });
  return credentials;
}

AWS.CredentialProviderChain.defaultProviders = [provider];
AWS.Config.prototype.keys.credentials = () => null;
AWS.Config.prototype.keys.region = () => undefined;
// Made before that, it would still ask the machine.
AWS.config = new AWS.Config();
