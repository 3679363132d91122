'use strict';

// The package's step that signs a request. Signatures of version 4 are left to the op that sends. Other signatures, and
// presigned URLs, are the package's own.

const AWS = require('aws-sdk');
const { isOpaque } = require('./credentials.js');
const replace = require('./replace.js');

const { Core } = AWS.EventListeners;

/** The credentials of each HttpRequest that is to be signed. */
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
        // The package's signer says in its own words what is missing.
        const complete = credentials.accessKeyId && credentials.secretAccessKey;
        if (!request.isPresigned() && inRust && complete) {
          // As in the package, what fails here is the response's error.
          try {
            const refused = invalidHeader(httpRequest);
            if (refused) request.response.error = refused;
            else prepare(request, credentials);
          } catch (failure) {
            request.response.error = failure;
          }
          return done();
        }
        if (isOpaque(credentials)) {
          const what = request.isPresigned() ? 'presign a URL' : 'sign in the way of this service';
          request.haltHandlersOnError(); // or what makes the URL would look for a signature
          return done(
            AWS.util.error(
              new Error(
                `segfn can't ${what} with the machine's own credentials: give the client credentials of its own`,
              ),
              {
                code: 'SegfnAmbientCredentials',
                retryable: false,
              },
            ),
          );
        }
        signers.delete(httpRequest);
        signInJs.call(this, request, done);
      });
    },
);

/** The package's error for a header without a value, or undefined. */
function invalidHeader({ headers }) {
  const none = Object.keys(headers)
    .sort()
    .find((name) => headers[name] === undefined || headers[name] === null);
  if (none === undefined) return undefined;
  return AWS.util.error(new Error(`Header ${none.toLowerCase()} contains invalid value`), { code: 'InvalidHeader' });
}

/** Adds the headers that the package's signer would add. The signature itself comes back with the response. */
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
  signLazily(request, credentials);
  if (isWatched(request)) void httpRequest.headers.Authorization;
}

// The requests of `build`, which signs as well and leaves the sending to the function.
const buildOnly = new WeakSet();
const { build: buildRequest } = AWS.Request.prototype;
AWS.Request.prototype.build = function build(callback) {
  buildOnly.add(this);
  return buildRequest.call(this, callback);
};

/** Whether the function can see a request between its signing and its response. */
function isWatched(request) {
  return (
    buildOnly.has(request) || request.listeners('sign').at(-1) !== Core.SIGN || request.listeners('send').length > 1
  );
}

/**
 * The signature is made where the request is sent. Code that reads the header before that, or never sends the request,
 * gets the package's own signature.
 */
function signLazily({ service, operation, httpRequest }, credentials) {
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
