'use strict';

// The package looks for credentials and a region in the environment, in files and on link-local
// addresses. A function has none of these. What it doesn't configure comes from segfn, which stands
// in for the role of the platform's own process.

const AWS = require('aws-sdk');

/**
 * `{ accessKeyId, secretAccessKey, sessionToken, opaque }`, or null. If `opaque` is true, the key is only a placeholder.
 * It is asked for each time, because a zygote uses the package with another key than the function.
 */
const ambient = () => host.ops.op_aws_ambient();

/** Whether `credentials` are the placeholder for a key that never enters this heap. */
exports.isOpaque = (credentials) => Boolean(ambient()?.opaque) && credentials.accessKeyId === ambient().accessKeyId;

function refill(credentials) {
  const { accessKeyId, secretAccessKey, sessionToken } = ambient();
  Object.assign(credentials, { expired: false, accessKeyId, secretAccessKey, sessionToken });
}

/** Credentials that `refresh` renews. They are of the class that the platform's own have, which come from the environment. */
function refreshedBy(refresh) {
  const credentials = new AWS.EnvironmentCredentials('AWS');
  Object.defineProperty(credentials, 'refresh', { value: (callback = () => {}) => refresh(callback) });
  return credentials;
}

/** The credentials of a client that has none. They end in the error of the package's last provider. */
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

// There are as many as in the package, because they show where a client is printed.
const defaultProviders = Array.from({ length: 6 }, () => () => provide());
AWS.CredentialProviderChain.defaultProviders = defaultProviders;

/** Whether a config's `endpoint` is a server that isn't AWS's. */
function isElsewhere(endpoint) {
  if (!endpoint) return false;
  const name =
    endpoint.hostname ??
    String(endpoint)
      .replace(/^\w+:\/\//, '')
      .split(/[/:]/)[0];
  return !host.ops.op_aws_is_aws(name);
}

// A key that stands in for the platform's role is only known to what stands in for AWS, so no other server gets it.
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
// The package's own config was made before this, and would still ask the machine.
AWS.config = new AWS.Config();
