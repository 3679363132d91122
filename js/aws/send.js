'use strict';

// The package's way to the network: signing and sending are one op. Everything around them stays:
// this replaces a listener (SIGN) and the HTTP client's one method.

const { Stream } = require('stream');
const { EventEmitter } = require('events');
const AWS = require('aws-sdk/lib/core');
const { isOpaque } = require('./ambient.js');
const { toJson } = require('./params.js');

/** Not loaded before there is a request. */
const http = () => require('http');

const { Core } = AWS.EventListeners;

/** Services whose requests the Rust SDK's clients make from their parameters. */
const TYPED = new Set(['s3', 'sts']);

/** Of an HttpRequest that is being sent: its AWS.Request. */
const requests = new WeakMap();
/** Of an HttpRequest that is to be signed: the credentials. */
const signers = new WeakMap();
/** Of an error: what segfn says instead of it, and never retries. */
const refusals = new WeakMap();

let calls = 0;

const signInJs = Core.SIGN;
const sendByHttp = AWS.NodeHttpClient.prototype.handleRequest;

Core.removeListener('sign', signInJs);
Core.addNamedAsyncListener('SIGN', 'sign', function SIGN(request, done) {
  const { service, httpRequest } = request;
  const authtype = service.api.operations?.[request.operation]?.authtype;
  if (!service.api.signatureVersion && !authtype) return done();
  const inRust = TYPED.has(service.serviceIdentifier) || service.getSignerClass(request) === AWS.Signers.V4;
  service.config.getCredentials((error, credentials) => {
    if (error) {
      request.response.error = error;
      return done();
    }
    // Of credentials that lack a part, the package's signer says so in its own words.
    const whole = credentials.accessKeyId && credentials.secretAccessKey;
    if (!request.isPresigned() && inRust && whole) {
      sign(request, credentials);
      return done();
    }
    if (isOpaque(credentials)) {
      const what = request.isPresigned() ? 'presign a URL' : 'sign in the way of this service';
      request.haltHandlersOnError(); // or what makes the URL would look for a signature
      return done(AWS.util.error(new Error(`segfn can't ${what} with the machine's own credentials: give the client some`), {
        code: 'SegfnAmbientCredentials',
        retryable: false,
      }));
    }
    signers.delete(httpRequest);
    signInJs.call(this, request, done);
  });
});

/** Prepares what the package's signer would add; the signature itself comes back with the answer. */
function sign(request, credentials) {
  const { httpRequest, service } = request;
  const date = service.getSkewCorrectedDate();
  delete httpRequest.headers.Authorization;
  delete httpRequest.headers.Date;
  delete httpRequest.headers['X-Amz-Date'];
  httpRequest.headers['X-Amz-Date'] = AWS.util.date.iso8601(date).replace(/[:-]|\.\d{3}/g, '');
  if (credentials.sessionToken) httpRequest.headers['x-amz-security-token'] = credentials.sessionToken;
  request.signedAt = date;
  signers.set(httpRequest, credentials);
}

Core.on('send', (response) => requests.set(response.request.httpRequest, response.request), true);

Core.on('httpError', (error, response) => {
  const refusal = refusals.get(error);
  if (refusal) response.error = AWS.util.error(new Error(refusal.message), { code: refusal.code, retryable: false });
});

/** The absolute URL of a request; what would go to AWS goes to the server that stands for it, if there is one. */
function target({ endpoint, path, virtualHostedBucket }) {
  const server = host.ops.op_aws_endpoint();
  if (!server || !host.ops.op_aws_is_aws(endpoint.hostname)) return `${endpoint.protocol}//${endpoint.host}${path}`;
  // Such servers know buckets by the path: their own host name has no subdomains.
  return `${server}${virtualHostedBucket ? `/${virtualHostedBucket}` : ''}${path}`;
}

function describe(request, httpOptions) {
  const { httpRequest, service } = request;
  const credentials = signers.get(httpRequest);
  return {
    id: calls,
    service: service.serviceIdentifier,
    operation: request.operation,
    method: httpRequest.method,
    url: target(httpRequest),
    region: httpRequest.region,
    headers: Object.entries(httpRequest.headers).map(([name, value]) => {
      http().validateHeaderValue(name, value);
      return [name, String(value)];
    }),
    signing: credentials && {
      name: service.api.signingName || service.api.endpointPrefix,
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      sessionToken: credentials.sessionToken || undefined,
    },
    time: (request.signedAt ?? service.getSkewCorrectedDate()).getTime(),
    timeout: httpOptions?.timeout || 0,
    connectTimeout: httpOptions?.connectTimeout || 0,
  };
}

/** The bytes of a request's body. A stream is read to its end first: the typed clients want all of it. */
async function bytes(body, progress) {
  if (body instanceof Stream) {
    const chunks = [];
    let loaded = 0;
    for await (const chunk of body) {
      chunks.push(AWS.util.buffer.toBuffer(chunk));
      loaded += chunk.length;
      progress(loaded);
    }
    return AWS.util.buffer.concat(chunks);
  }
  return view(body);
}

function view(body) {
  if (!body) return new Uint8Array(0);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return AWS.util.buffer.toBuffer(body);
}

/** An answer as Node's client gives it, with its whole body. */
function incoming({ status, statusText, headers }) {
  const message = new (http().IncomingMessage)(null);
  Object.assign(message, { statusCode: status, statusMessage: statusText, rawHeaders: headers.flat(), complete: true });
  return message;
}

/** An error as Node's sockets make them. */
function socketError({ message, ...fields }) {
  if (fields.code === 'TimeoutError') return AWS.util.error(new Error(message), { code: fields.code });
  const { errno, code, syscall, address, port, hostname } = fields;
  const error = new Error(message);
  for (const [name, value] of Object.entries({ errno, code, syscall, address, port, hostname })) {
    if (value !== undefined) error[name] = value;
  }
  // V8 writes a stack's first line when it is first read. Of errors of the system, Node has read it before the
  // package renames them.
  if (syscall) void error.stack;
  return error;
}

AWS.NodeHttpClient.prototype.handleRequest = function handleRequest(httpRequest, httpOptions, callback, errCallback) {
  const request = requests.get(httpRequest);
  // Functions use this client for requests that they sign themselves: these go by https.
  if (!request) return sendByHttp.apply(this, arguments);
  calls = (calls + 1) >>> 0;
  const call = describe(request, httpOptions);
  const input = request.service.api.operations?.[request.operation]?.input;
  const params = input && TYPED.has(call.service) ? toJson(input, request.params) : '{}';

  const stream = new EventEmitter();
  stream.didCallback = false;
  stream.abort = () => {
    stream.aborted = true;
    host.ops.op_aws_abort(call.id);
  };
  httpRequest.stream = stream;

  const total = parseInt(httpRequest.headers['Content-Length'], 10);
  const streamed = httpRequest.body instanceof Stream;
  const progress = (loaded) => stream.emit('sendProgress', { loaded, total });

  const fail = (error) => {
    if (stream.didCallback) return;
    stream.didCallback = true;
    errCallback(error);
  };

  const answer = (reply) => {
    if (stream.didCallback || stream.aborted) return;
    for (const [name, value] of reply.signed) {
      if (name in httpRequest.headers || name === 'Authorization') httpRequest.headers[name] = value;
    }
    if (!streamed && httpRequest.body) progress(total);
    const message = incoming(reply);
    callback(message);
    message.emit('headers', reply.status, message.headers, reply.statusText);
    if (reply.body.length > 0 && !stream.aborted) message.push(AWS.util.buffer.toBuffer(reply.body.buffer));
    message.push(null);
  };

  const send = (body) => host.ops.op_aws_call(call, params, body);
  const replied = streamed ? bytes(httpRequest.body, progress).then(send) : send(view(httpRequest.body));
  replied.then((reply) => {
    if (reply.http) return answer(reply.http);
    if (reply.failed) return fail(socketError(reply.failed));
    const error = new Error(reply.refused.message);
    refusals.set(error, reply.refused);
    fail(error);
  }, fail);
  return stream;
};
