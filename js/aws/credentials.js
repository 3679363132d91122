'use strict';

// The package looks for credentials and a region in the environment, in files and on link-local
// addresses. A function has none of these: what it doesn't configure is left to segfn, which stands
// in for the role that the platform's own process has.

const AWS = require('aws-sdk/lib/core');

/** `{ accessKeyId, secretAccessKey, sessionToken, opaque }`, or null; `opaque` is a mere sign for the key. Asked for each time: what was used before there was a function had another. */
const ambient = () => host.ops.op_aws_ambient();

/** Whether `credentials` only stand for a key that never enters this heap. */
exports.isOpaque = (credentials) => Boolean(ambient()?.opaque) && credentials.accessKeyId === ambient().accessKeyId;

function refill(credentials) {
  const { accessKeyId, secretAccessKey, sessionToken } = ambient();
  Object.assign(credentials, { expired: false, accessKeyId, secretAccessKey, sessionToken });
}

/** Credentials that `refresh` renews, of the class that the platform's own have: there they are in the environment. */
function refreshedBy(refresh) {
  const credentials = new AWS.EnvironmentCredentials('AWS');
  Object.defineProperty(credentials, 'refresh', { value: (callback = () => {}) => refresh(callback) });
  return credentials;
}

/** Of a client that has none: the error that the package's last provider ends with. */
const none = () => refreshedBy((callback) => callback(AWS.util.error(new Error(), { retryable: false })));

function provide() {
  if (ambient() === null) return none();
  const credentials = refreshedBy((callback) => {
    refill(credentials);
    callback();
  });
  refill(credentials);
  return credentials;
}

// As many as the package has, for they show where a client is printed.
const defaultProviders = Array.from({ length: 6 }, () => () => provide());
AWS.CredentialProviderChain.defaultProviders = defaultProviders;

/** Whether `endpoint`, of a config, is a server that isn't AWS's. */
function isElsewhere(endpoint) {
  if (!endpoint) return false;
  const name =
    endpoint.hostname ??
    String(endpoint)
      .replace(/^\w+:\/\//, '')
      .split(/[/:]/)[0];
  return !host.ops.op_aws_is_aws(name);
}

// A key that stands in for the platform's role is known to what stands in for AWS, and to no other server.
const { getCredentials } = AWS.Config.prototype;
AWS.Config.prototype.getCredentials = function (callback) {
  const standsIn =
    !this.credentials && this.credentialProvider?.providers?.[0] === defaultProviders[0] && !ambient()?.opaque;
  if (!standsIn || !isElsewhere(this.endpoint)) return getCredentials.call(this, callback);
  const { credentialProvider } = this;
  this.credentialProvider = new AWS.CredentialProviderChain([none]);
  try {
    return getCredentials.call(this, callback);
  } finally {
    this.credentialProvider = credentialProvider;
  }
};

AWS.Config.prototype.keys.credentials = () => null;
AWS.Config.prototype.keys.region = () => undefined;
// Made before that, it would still ask the machine.
AWS.config = new AWS.Config();
