'use strict';

// The package's way to the network: signing and sending are one op. Everything around them stays:
// this replaces the HTTP client's one method, and tells three listeners what it needs of them.

const { Stream } = require('stream');
const { EventEmitter } = require('events');
const process = require('process');
const { setTimeout, clearTimeout } = require('timers');
const AWS = require('aws-sdk/lib/core');
const { toJson } = require('./params.js');
const replace = require('./replace.js');
const { signers } = require('./sign.js');
const { invalidArgType, nodeError } = require('../internal/node-error.js');
const { tlsOf } = require('../internal/http/options.js');

/** Not loaded before there is a request. */
const http = () => require('http');

const { Core, CorePost, RestXml, Query } = AWS.EventListeners;

/** Services whose requests the Rust SDK's clients make from their parameters. */
const TYPED = new Set(['s3', 'sts']);

/** Of an HttpRequest that is being sent: its AWS.Request. */
const requests = new WeakMap();
/** Of an HttpRequest: its body as the package built it. */
const built = new WeakMap();
/** Of an error: what segfn says instead of it, and never retries. */
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
        built.set(request.httpRequest, request.httpRequest.body);
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
  // What would go to AWS goes to the server that stands for it. Such servers know buckets by the path: their own host
  // name has no subdomains.
  if (server && isAws) return { url: `${server}${virtualHostedBucket ? `/${virtualHostedBucket}` : ''}${path}` };
  const url = `${originOf(endpoint)}${path}`;
  return proxy ? { url, proxy: originOf(new AWS.Endpoint(proxy)) } : { url };
}

/** Where Node connects to: by the name, which some services change without the endpoint's `host`. */
function originOf({ protocol, hostname, port }) {
  // A redirect to a mere path leaves no name: then Node asks its own machine.
  const name = hostname || 'localhost';
  const usual = port === (protocol === 'https:' ? 443 : 80);
  return `${protocol}//${name.includes(':') ? `[${name}]` : name}${usual ? '' : `:${port}`}`;
}

/** What Node's client would read from `httpOptions`, and refuse. */
function secured({ endpoint, headers }, { proxy, agent, ...options }) {
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
  // An agent's options go before a request's, and the package's own agent insists on good certificates.
  const { options: own = { rejectUnauthorized: true } } = agent || {};
  // Node looks for the name of the header `Host` in a certificate, be it a proxy's.
  const servername = proxy ? String(headers.Host).replace(/:\d+$/, '') : undefined;
  return tlsOf({ servername, ...options, ...own });
}

function describe(request, httpOptions) {
  const { httpRequest, service } = request;
  const credentials = signers.get(httpRequest);
  return {
    id: calls,
    ...route(httpRequest, httpOptions),
    tls: secured(httpRequest, httpOptions),
    rewritten: built.has(httpRequest) && built.get(httpRequest) !== httpRequest.body,
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

/** The bytes of a streamed body, which is read to its end first: the typed clients want all of it. */
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

/** A body that is no stream, of the kinds that Node's client writes. */
function view(body) {
  if (!body) return new Uint8Array(0);
  if (typeof body === 'string') return AWS.util.buffer.toBuffer(body);
  if (body instanceof Uint8Array) return body;
  throw invalidArgType('chunk', 'of type string or an instance of Buffer or Uint8Array', body);
}

/** An answer's head as Node's client gives it. */
function incoming({ status, statusText, headers }) {
  const message = new (http().IncomingMessage)(null);
  Object.assign(message, { statusCode: status, statusMessage: statusText, rawHeaders: headers.flat() });
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
  if (code.startsWith('HPE_')) error.reason = message.slice('Parse Error: '.length);
  // V8 writes a stack's first line when it is first read. Of errors of the system and of certificates, Node has read it
  // before the package renames them.
  if (syscall || /CERT|SIGNATURE/.test(code)) void error.stack;
  return error;
}

/**
 * Reads what came of a body and the rest of it into `message`. `fail` is told of what Node's client would be told of: a
 * body that merely ends early is none of it, and leaves the package waiting.
 */
function pour({ part, rest }, message, timeout, fail) {
  if (part.done) {
    message._take(part);
    return () => {};
  }
  let timer;
  const close = () => {
    clearTimeout(timer);
    host.ops.op_http_close(rest);
    message._break();
  };
  const read = async () => {
    if (timeout > 0) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        fail(timedOut(timeout));
        close();
      }, timeout);
    }
    const more = await host.ops.op_http_read(rest);
    // Errors of listeners are not this promise's.
    process.nextTick(() => {
      if (message.destroyed) return;
      if (more.error !== undefined) {
        if (more.error.message !== 'aborted') fail(socketError(more.error));
        close();
        return;
      }
      if (more.done) clearTimeout(timer);
      message._take(more);
      if (more.chunk === undefined && !more.done) read();
    });
  };
  message._begin(part, read);
  return close;
}

const timedOut = (timeout) =>
  AWS.util.error(new Error(`Connection timed out after ${timeout}ms`), { code: 'TimeoutError' });

AWS.NodeHttpClient.prototype.handleRequest = function handleRequest(httpRequest, httpOptions, callback, errCallback) {
  const request = requests.get(httpRequest);
  // Functions use this client for requests that they sign themselves: these go by https.
  if (!request) return sendByHttp.apply(this, arguments);
  calls = (calls + 1) >>> 0;
  const streamed = httpRequest.body instanceof Stream;
  const body = streamed ? undefined : view(httpRequest.body);
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
    const message = incoming(reply);
    callback(message);
    let close;
    stream.abort = () => {
      stream.aborted = true;
      close?.();
    };
    message.emit('headers', reply.status, message.headers, reply.statusText);
    if (!stream.aborted) close = pour(reply, message, httpOptions?.timeout, fail);
    // What was whole when the function gave it up still ends.
    else if (reply.part.done) message._take({ done: true });
    else host.ops.op_http_close(reply.rest);
  };

  const send = (bytes) => host.ops.op_aws_call(call, params, bytes);
  const replied = streamed ? bytesOf(httpRequest.body, progress).then(send) : send(body);
  replied.then((reply) => {
    if (reply.http) return answer(reply.http);
    if (reply.failed) return fail(socketError(reply.failed));
    const error = new Error(reply.refused.message);
    refusals.set(error, reply.refused);
    fail(error);
  }, fail);
  return stream;
};
