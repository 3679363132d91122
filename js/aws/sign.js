'use strict';

// The package's step of signing. Where it would sign in version 4, it is left to the op that sends; other signatures,
// and URLs signed for others, are the package's own.

const AWS = require('aws-sdk/lib/core');
const { isOpaque } = require('./credentials.js');
const replace = require('./replace.js');

const { Core } = AWS.EventListeners;

/** Of an HttpRequest that is to be signed: the credentials. */
const signers = new WeakMap();

replace(
  Core,
  'SIGN',
  'sign',
  (signInJs) =>
    function sign(request, done) {
      const { service, httpRequest } = request;
      const authtype = service.api.operations?.[request.operation]?.authtype;
      if (!service.api.signatureVersion && !authtype) return done();
      const inRust = service.getSignerClass(request) === AWS.Signers.V4;
      service.config.getCredentials((error, credentials) => {
        if (error) {
          request.response.error = error;
          return done();
        }
        // Of credentials that lack a part, the package's signer says so in its own words.
        const whole = credentials.accessKeyId && credentials.secretAccessKey;
        if (!request.isPresigned() && inRust && whole) {
          const refused = unsignable(httpRequest);
          if (refused) request.response.error = refused;
          else prepare(request, credentials);
          return done();
        }
        if (isOpaque(credentials)) {
          const what = request.isPresigned() ? 'presign a URL' : 'sign in the way of this service';
          request.haltHandlersOnError(); // or what makes the URL would look for a signature
          return done(
            AWS.util.error(new Error(`segfn can't ${what} with the machine's own credentials: give the client credentials of its own`), {
              code: 'SegfnAmbientCredentials',
              retryable: false,
            }),
          );
        }
        signers.delete(httpRequest);
        signInJs.call(this, request, done);
      });
    },
);

/** What the package's signer says of a header without a value. */
function unsignable({ headers }) {
  const none = Object.keys(headers)
    .sort()
    .find((name) => headers[name] === undefined || headers[name] === null);
  if (none === undefined) return undefined;
  return AWS.util.error(new Error(`Header ${none.toLowerCase()} contains invalid value`), { code: 'InvalidHeader' });
}

/** Prepares what the package's signer would add; the signature itself comes back with the answer. */
function prepare(request, credentials) {
  const { httpRequest, service } = request;
  const date = service.getSkewCorrectedDate();
  delete httpRequest.headers.Authorization;
  delete httpRequest.headers.Date;
  delete httpRequest.headers['X-Amz-Date'];
  httpRequest.headers['X-Amz-Date'] = AWS.util.date.iso8601(date).replace(/[:-]|\.\d{3}/g, '');
  if (credentials.sessionToken) httpRequest.headers['x-amz-security-token'] = credentials.sessionToken;
  request.signedAt = date;
  signers.set(httpRequest, credentials);
  if (isOpaque(credentials)) return;
  promiseSignature(request, credentials);
  if (isWatched(request)) void httpRequest.headers.Authorization;
}

// `build` signs as well, and leaves it to the function to send.
const buildOnly = new WeakSet();
const { build: buildRequest } = AWS.Request.prototype;
AWS.Request.prototype.build = function build(callback) {
  buildOnly.add(this);
  return buildRequest.call(this, callback);
};

/** Whether the function is about to see a request between its signing and its answer. */
function isWatched(request) {
  return (
    buildOnly.has(request) || request.listeners('sign').at(-1) !== Core.SIGN || request.listeners('send').length > 1
  );
}

/**
 * The signature is made where the request is sent. Whoever looks for it before, or never sends the request, gets the
 * package's own when they read it.
 */
function promiseSignature({ service, operation, httpRequest }, credentials) {
  const { headers } = httpRequest;
  const keep = (value) =>
    Object.defineProperty(headers, 'Authorization', { value, enumerable: true, configurable: true, writable: true });
  Object.defineProperty(headers, 'Authorization', {
    enumerable: true,
    configurable: true,
    set: keep,
    get() {
      delete headers.Authorization; // or it would be signed itself
      const { api, config } = service;
      const signer = new AWS.Signers.V4(httpRequest, api.signingName || api.endpointPrefix, {
        signatureCache: config.signatureCache,
        operation: api.operations?.[operation],
        signatureVersion: api.signatureVersion,
      });
      signer.setServiceClientId(service._clientId);
      keep(signer.authorization(credentials, headers['X-Amz-Date']));
      return headers.Authorization;
    },
  });
}

module.exports = { signers };
