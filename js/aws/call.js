'use strict';

// The package's way to the network. One op signs and sends. Everything around that stays the package's: this replaces
// the only method of its HTTP client, and three of its listeners, which note what the method needs.

const { Stream } = require('stream');
const { EventEmitter } = require('events');
const process = require('process');
const { setTimeout, clearTimeout } = require('timers');
const AWS = require('aws-sdk');
const { toJson } = require('./params.js');
const replace = require('./replace.js');
const { signers } = require('./sign.js');
const { invalidArgType, nodeError } = require('../internal/node-error.js');
const { tlsOf } = require('../internal/http/options.js');

/** Node's http, which is loaded when there is a request. */
const http = () => require('http');

const { Core, CorePost, RestXml, Query } = AWS.EventListeners;

/** Services whose requests the Rust SDK's clients make from their parameters. */
const TYPED = new Set(['s3', 'sts']);

/** The AWS.Request of each HttpRequest that is being sent. */
const requests = new WeakMap();
/** The body of each HttpRequest as the package built it. */
const builtBodies = new WeakMap();
/** What segfn says instead of an error, by that error. It is never retried. */
const refusals = new WeakMap();

let calls = 0;

const sendByHttp = AWS.NodeHttpClient.prototype.handleRequest;

for (const protocol of [RestXml, Query]) {
  replace(
    protocol,
    'BUILD',
    'build',
    (build) =>
      function buildRequest(request) {
        build.call(this, request);
        builtBodies.set(request.httpRequest, request.httpRequest.body);
      },
  );
}

replace(
  Core,
  'SEND',
  'send',
  (send) =>
    function sendRequest(response, done) {
      requests.set(response.request.httpRequest, response.request);
      send.call(this, response, done);
    },
);

replace(
  CorePost,
  'ENOTFOUND_ERROR',
  'httpError',
  (tell) =>
    function tellRefusal(error, response) {
      const refusal = refusals.get(error);
      if (!refusal) tell.call(this, error, response);
      else response.error = AWS.util.error(new Error(refusal.message), { code: refusal.code, retryable: false });
    },
);

/** The absolute URL of a request, and the proxy on the way to it. */
function route({ endpoint, path, virtualHostedBucket }, { proxy }) {
  const server = host.ops.op_aws_endpoint();
  const isAws = host.ops.op_aws_is_aws(endpoint.hostname);
  // A request to AWS goes to the server that stands in for it. Such a server finds the bucket in the path, as its host
  // name has no subdomains.
  if (server && isAws) return { url: `${server}${virtualHostedBucket ? `/${virtualHostedBucket}` : ''}${path}` };
  const url = `${originOf(endpoint)}${path}`;
  return proxy ? { url, proxy: originOf(new AWS.Endpoint(proxy)) } : { url };
}

/** Where Node connects to. It goes by `hostname`, which some services change without changing the endpoint's `host`. */
function originOf({ protocol, hostname, port }) {
  // A redirect to a mere path leaves no name. Node then connects to its own machine.
  const name = hostname || 'localhost';
  const usual = port === (protocol === 'https:' ? 443 : 80);
  return `${protocol}//${name.includes(':') ? `[${name}]` : name}${usual ? '' : `:${port}`}`;
}

/** The TLS options, undefined for the usual ones. It refuses the agents that Node's client refuses. */
function tlsOptions({ endpoint, headers }, { proxy, agent, ...options }) {
  const protocol = proxy ? new AWS.Endpoint(proxy).protocol : endpoint.protocol;
  if (agent) {
    if (typeof agent.addRequest !== 'function') {
      throw invalidArgType('options.agent', 'one of Agent-like Object, undefined, or false', agent);
    }
    if (agent.protocol && agent.protocol !== protocol) {
      throw nodeError(
        TypeError,
        'ERR_INVALID_PROTOCOL',
        `Protocol "${protocol}" not supported. Expected "${agent.protocol}"`,
      );
    }
  }
  if (protocol !== 'https:') return undefined;
  // An agent's options come before a request's. The package's own agent insists on valid certificates.
  const { options: own = { rejectUnauthorized: true } } = agent || {};
  // Node looks for the name of the `Host` header in a certificate, even in a proxy's.
  const servername = proxy ? String(headers.Host).replace(/:\d+$/, '') : undefined;
  return tlsOf({ servername, ...options, ...own });
}

function describe(request, httpOptions) {
  const { httpRequest, service } = request;
  const credentials = signers.get(httpRequest);
  return {
    id: calls,
    ...route(httpRequest, httpOptions),
    tls: tlsOptions(httpRequest, httpOptions),
    latin1: typeof httpRequest.body !== 'string',
    rewritten: builtBodies.has(httpRequest) && builtBodies.get(httpRequest) !== httpRequest.body,
    service: service.serviceIdentifier,
    operation: request.operation,
    method: httpRequest.method,
    region: httpRequest.region,
    headers: Object.keys(httpRequest.headers)
      .filter((name) => !credentials || name !== 'Authorization')
      .map((name) => {
        const value = httpRequest.headers[name];
        http().validateHeaderName(name);
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
    timeout: httpOptions.timeout || 0,
    connectTimeout: httpOptions.connectTimeout || 0,
  };
}

/** The bytes of a streamed body. It is read to its end first, because the typed clients want all of it. */
async function bytesOf(body, progress) {
  const chunks = [];
  let loaded = 0;
  for await (const chunk of body) {
    chunks.push(AWS.util.buffer.toBuffer(chunk));
    loaded += chunk.length;
    progress(loaded);
  }
  return AWS.util.buffer.concat(chunks);
}

/** The bytes of a body that is no stream, of the types that Node's client writes. */
function viewOf(body) {
  if (!body) return new Uint8Array(0);
  if (typeof body === 'string') return AWS.util.buffer.toBuffer(body);
  if (body instanceof Uint8Array) return body;
  throw invalidArgType('chunk', 'of type string or an instance of Buffer or Uint8Array', body);
}

/** A response's head, as Node's client gives it. */
function incomingMessage({ status, statusText, headers }) {
  const message = new (http().IncomingMessage)(null);
  Object.assign(message, { statusCode: status, statusMessage: statusText, rawHeaders: headers.flat() });
  return message;
}

/** Gives `message` a part of its body. */
function receive(message, { chunk, done }) {
  // The copy counts as the function's memory, which the op's own result does not.
  if (chunk !== undefined) message.push(AWS.util.buffer.toBuffer(chunk));
  if (!done) return;
  message.complete = true;
  message.push(null);
}

/** Ends a message whose connection broke before the end of its body. */
function breakOff(message) {
  if (!message.destroyed) message.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
}

/** An error like those of Node's sockets. */
function socketError({ message, ...fields }) {
  if (fields.code === 'TimeoutError') return AWS.util.error(new Error(message), { code: fields.code });
  const { errno, code, syscall, address, port, hostname } = fields;
  const error = new Error(message);
  for (const [name, value] of Object.entries({ errno, code, syscall, address, port, hostname })) {
    if (value !== undefined) error[name] = value;
  }
  if (code.startsWith('HPE_')) error.reason = message.slice('Parse Error: '.length);
  // V8 writes a stack's first line when the stack is first read. Node reads that of system and certificate errors before
  // the package renames them.
  if (syscall || /CERT|SIGNATURE/.test(code)) void error.stack;
  return error;
}

/**
 * Reads a body into `message`: `part`, which is there, and then the rest. `fail` is called with the errors that Node's
 * client would have. A body that merely ends early is none, and leaves the package waiting. Returns a function that
 * stops reading.
 */
function readBody({ part, rest }, message, timeout, fail) {
  if (part.done) {
    receive(message, part);
    return () => {};
  }
  let timer;
  const close = () => {
    clearTimeout(timer);
    host.ops.op_http_close(rest);
    breakOff(message);
  };
  let reading = false;
  const read = async () => {
    if (reading) return;
    reading = true;
    if (timeout > 0) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        fail(timedOut(timeout));
        close();
      }, timeout);
    }
    const more = await host.ops.op_http_read(rest);
    // An error of a listener must not reject this promise.
    process.nextTick(() => {
      reading = false;
      if (message.destroyed) return;
      if (more.error !== undefined) {
        if (more.error.message !== 'aborted') fail(socketError(more.error));
        close();
        return;
      }
      if (more.done) clearTimeout(timer);
      receive(message, more);
      if (more.chunk === undefined && !more.done) read();
    });
  };
  // More is read when somebody wants more than there is.
  Object.defineProperty(message, '_read', { value: read, configurable: true, writable: true });
  receive(message, part);
  return close;
}

const timedOut = (timeout) =>
  AWS.util.error(new Error(`Connection timed out after ${timeout}ms`), { code: 'TimeoutError' });

AWS.NodeHttpClient.prototype.handleRequest = function handleRequest(httpRequest, httpOptions, callback, errCallback) {
  const request = requests.get(httpRequest);
  // A function may use this client for a request that it signs itself. That goes by https.
  if (!request) return sendByHttp.apply(this, arguments);
  calls = (calls + 1) >>> 0;
  const streamed = httpRequest.body instanceof Stream;
  const body = streamed ? undefined : viewOf(httpRequest.body);
  const call = describe(request, httpOptions ?? {});
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
    const message = incomingMessage(reply);
    callback(message);
    let close;
    stream.abort = () => {
      stream.aborted = true;
      close?.();
    };
    message.emit('headers', reply.status, message.headers, reply.statusText);
    if (!stream.aborted) close = readBody(reply, message, httpOptions?.timeout, fail);
    // A response that was complete when the function aborted it still ends.
    else if (reply.part.done) receive(message, { done: true });
    else host.ops.op_http_close(reply.rest);
  };

  const send = (bytes) => host.ops.op_aws_call(call, params, bytes);
  const replied = streamed ? bytesOf(httpRequest.body, progress).then(send) : send(body);
  replied.then((reply) => {
    host.ops.op_http_heard();
    if (reply.http) return answer(reply.http);
    if (reply.failed) return fail(socketError(reply.failed));
    const error = new Error(reply.refused.message);
    refusals.set(error, reply.refused);
    fail(error);
  }, fail);
  return stream;
};
