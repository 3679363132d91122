// A server that remembers what came over the wire, and answers with what the models of aws-sdk say:
// the header `x-test-call` of a request names the service, the operation and the kind of answer.
// It speaks http and https on one port, which it prints, and ends with its standard input. GET /log
// gives what came, and forgets it.

import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createRequire } from 'node:module';
import { createServer as listen } from 'node:net';
import { crc32 } from 'node:zlib';

const require = createRequire(new URL('../../../js/package.json', import.meta.url));
const AWS = require('aws-sdk');

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
/** What differs from one sender, or one moment, to the next. */
const INCIDENTAL = new Set(['authorization', 'date', 'host', 'user-agent', 'x-amz-date', 'connection']);

const hash = (name, data, encoding) => createHash(name).update(data).digest(encoding);
const hmac = (key, text, encoding) => createHmac('sha256', key).update(text).digest(encoding);

/** Whether the request's signature is one of its secret key, recomputed from nothing but the wire. */
function signature({ method, url, headers }, body) {
  const { authorization } = headers;
  if (!authorization) return 'none';
  const parts =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/([^/]*)\/([^/]+)\/aws4_request, SignedHeaders=(\S+), Signature=(\S+)$/.exec(
      authorization,
    );
  if (!parts) return authorization.split(/[ :]/)[0];
  const [, day, region, service, signed, found] = parts;
  const [path, query = ''] = url.split('?');
  const canonical = [
    method,
    service === 's3'
      ? path
      : path
          .split('/')
          .map((part) => AWS.util.uriEscape(part))
          .join('/'),
    query
      .split('&')
      .filter(Boolean)
      .map((pair) => pair.split('='))
      .sort()
      .map(([key, value = '']) => `${key}=${value}`)
      .join('&'),
    ...signed.split(';').map((name) => `${name}:${headers[name]?.trim().replace(/\s+/g, ' ')}`),
    '',
    signed,
    headers['x-amz-content-sha256'] ?? hash('sha256', body, 'hex'),
  ].join('\n');
  const text = [
    'AWS4-HMAC-SHA256',
    headers['x-amz-date'],
    `${day}/${region}/${service}/aws4_request`,
    hash('sha256', canonical, 'hex'),
  ].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce((last, part) => hmac(last, part), `AWS4${SECRET}`);
  return `${hmac(key, text, 'hex') === found ? 'right' : 'WRONG'} for ${service} in ${region} over ${signed}`;
}

/** Headers in one order, and digests as what they say of the body. */
function headersOf({ headers }, body) {
  const kept = {};
  for (const name of Object.keys(headers)
    .filter((each) => !INCIDENTAL.has(each))
    .sort())
    kept[name] = headers[name];
  const say = (name, digest) => {
    if (kept[name] === digest) kept[name] = 'right';
  };
  say('content-md5', hash('md5', body, 'base64'));
  say('x-amz-content-sha256', hash('sha256', body, 'hex'));
  say('content-length', String(body.length));
  return kept;
}

/** XML and forms in one order and spelling, for what means the same may be written in two ways. */
function meaning(body) {
  const text = body.toString('latin1');
  if (text.startsWith('<')) return tree(body.toString());
  // Signed in version 2, a form has the moment in it.
  if (/(^|&)Action=/.test(text))
    return text
      .split('&')
      .filter((field) => !/^(Signature|Timestamp)=/.test(field))
      .sort();
  return text.length > 2000 ? `${text.length} bytes, ${hash('md5', body, 'hex')}` : text;
}

function tree(text) {
  const parser = new (require('xml2js').Parser)({ explicitArray: true, normalize: false, trim: false, emptyTag: '' });
  let result;
  parser.parseString(text, (error, value) => (result = error ? `no XML: ${text}` : sorted(value)));
  return result;
}

/** Members by name; lists stay as they are. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

const clients = {};
function operationOf(service, name) {
  clients[service] ??= new AWS[service]({ region: 'us-west-2', endpoint: 'http://localhost' });
  return { api: clients[service].api, operation: clients[service].api.operations[name] };
}

const escape = (text) =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char]);

const DATE = new Date(Date.UTC(2021, 4, 6, 7, 8, 9));

/** A value of `shape` as text; `kind` is `full` or `empty`. */
function scalar(shape, name, kind) {
  if (kind === 'empty') return '';
  switch (shape.type) {
    case 'timestamp':
      return shape.location === 'header' ? AWS.util.date.rfc822(DATE) : AWS.util.date.iso8601(DATE);
    case 'integer':
      return '7';
    case 'float':
      return '1.5';
    case 'boolean':
      return 'true';
    case 'binary':
    case 'base64':
      return Buffer.from(`bytes of ${name}`).toString('base64');
    default:
      return shape.location === 'header' || shape.location === 'headers' ? `${name} ~` : `${name} <&"'> ä 漢`;
  }
}

function xml(shape, tag, kind, depth = 0) {
  if (depth > 6) return '';
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members).filter(([, member]) => member.location === 'body');
      const attributes = members
        .filter(([, member]) => member.isXmlAttribute)
        .map(([key, member]) => ` ${member.name}="${escape(scalar(member, key, kind))}"`);
      const space = attributes.length > 0 ? ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' : '';
      const inner = members
        .filter(([, member]) => !member.isXmlAttribute)
        .map(([, member]) => xml(member, member.name, kind, depth + 1));
      return `<${tag}${space}${attributes.join('')}>${inner.join(kind === 'full' ? '\n ' : '')}</${tag}>`;
    }
    case 'list': {
      const items = kind === 'empty' ? [] : [0, 1];
      if (shape.flattened) return items.map(() => xml(shape.member, tag, kind, depth + 1)).join('');
      return `<${tag}>${items.map(() => xml(shape.member, shape.member.name || 'member', kind, depth + 1)).join('')}</${tag}>`;
    }
    case 'map':
      return `<${tag}></${tag}>`;
    default:
      return `<${tag}>${escape(scalar(shape, tag, kind))}</${tag}>`;
  }
}

/** A value for a service that speaks JSON. */
function json(shape, name, depth = 0) {
  if (depth > 4) return undefined;
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.values(shape.members)
          .filter(({ location }) => location === 'body')
          .map((member) => [member.name, json(member, member.name, depth + 1)]),
      );
    case 'list':
      return [json(shape.member, name, depth + 1) ?? null];
    case 'map':
      return { one: json(shape.value, name, depth + 1) };
    case 'timestamp':
      return shape.timestampFormat === 'iso8601' ? DATE.toISOString() : DATE.getTime() / 1000;
    case 'integer':
      return 7;
    case 'float':
      return 1.5;
    case 'boolean':
      return true;
    case 'binary':
    case 'base64':
      return 'Ynl0ZXM=';
    default:
      return shape.isJsonValue ? '{"a":1}' : `${name} <&"'> ä 漢`;
  }
}

/** An error in the way of a service's protocol. */
function refusal({ protocol }, headers) {
  const [code, text] = ['ThrottledException', 'told <by> the server'];
  if (/json/.test(protocol)) {
    headers['x-amzn-errortype'] = `${code}:http://internal.example/`;
    return { status: 400, headers, body: JSON.stringify({ __type: `aws.example#${code}`, message: text }) };
  }
  const error = `<Code>${code}</Code><Message>${escape(text)}</Message>`;
  const body = {
    ec2: `<Response><Errors><Error>${error}</Error></Errors><RequestID>IN-BODY</RequestID></Response>`,
    query: `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>IN-BODY</RequestId></ErrorResponse>`,
    'rest-xml': `<ErrorResponse><Error>${error}</Error><RequestId>IN-BODY</RequestId></ErrorResponse>`,
  }[protocol];
  return { status: 400, headers, body };
}

function answerTo(call) {
  const [service, name, kind] = call.split(' ');
  const { api, operation } = operationOf(service, name);
  const headers = { 'x-amzn-requestid': 'REQUEST', 'x-amz-request-id': 'REQUEST', 'x-amz-id-2': 'EXTENDED' };
  if (kind === 'none') return { headers, body: '' };
  const { output } = operation;
  if (api.protocol === 'query') {
    const result = xml(output, output.resultWrapper || `${operation.name}Result`, kind);
    return {
      headers,
      body: `<?xml version="1.0"?>\n<${operation.name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}<ResponseMetadata><RequestId>IN-BODY</RequestId></ResponseMetadata></${operation.name}Response>`,
    };
  }
  if (/json/.test(api.protocol)) return { headers, body: JSON.stringify(json(output, name)) };
  if (kind === 'refused') return refusal(api, headers);
  if (operation.hasEventOutput) return { headers, body: events() };
  let body = '';
  const payload = output.payload && output.members[output.payload];
  for (const [key, member] of Object.entries(output.members)) {
    // The length stays what it is.
    if (member.location === 'header' && !/^content-length$/i.test(member.name))
      headers[member.name] = scalar(member, key, kind);
    if (member.location === 'headers')
      Object.assign(headers, { [`${member.name}One`]: 'value one', [`${member.name}two-words`]: 'value  two' });
  }
  if (!payload) body = xml(output, `${operation.name}Result`, kind);
  else if (payload.type === 'structure') body = xml(payload, payload.name || 'Payload', kind);
  else body = kind === 'full' ? `the payload of ${name}` : '';
  if (body.startsWith('<')) body = `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  return { headers, body };
}

/** A message of an event stream. */
function message(headers, payload) {
  const written = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const length = Buffer.from([0, value.length]);
      return Buffer.concat([
        Buffer.from([name.length]),
        Buffer.from(name),
        Buffer.from([7]),
        length,
        Buffer.from(value),
      ]);
    }),
  );
  const number = (value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const lengths = Buffer.concat([number(16 + written.length + payload.length), number(written.length)]);
  const start = Buffer.concat([lengths, number(crc32(lengths)), written, Buffer.from(payload)]);
  return Buffer.concat([start, number(crc32(start))]);
}

function events() {
  const event = (name, payload) => message({ ':message-type': 'event', ':event-type': name }, payload);
  const stats =
    '<Stats><BytesScanned>5</BytesScanned><BytesProcessed>6</BytesProcessed><BytesReturned>7</BytesReturned></Stats>';
  return Buffer.concat([event('Records', '{"a":1}\n'), event('Cont', ''), event('Stats', stats), event('End', '')]);
}

/** Answers that go by the path: an error with the body that the query gives, and a server whose clock stands in 2020. */
function special({ url, headers }) {
  const [path, query = ''] = url.split('?');
  if (path === '/say') return { status: 400, headers: {}, body: decodeURIComponent(query) };
  if (!path.startsWith('/2020/')) return undefined;
  const date = 'Thu, 02 Jan 2020 03:04:05 GMT';
  if (headers['x-amz-date'].startsWith('2020')) return { headers: { date }, body: 'in time' };
  return {
    status: 403,
    headers: { date },
    body: '<Error><Code>RequestTimeTooSkewed</Code><Message>late</Message></Error>',
  };
}

let log = [];
function serve(request, response) {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (request.url === '/log') {
      response.end(JSON.stringify(log));
      log = [];
      return;
    }
    log.push({
      line: `${request.method} ${request.url}`,
      scheme: request.socket.encrypted ? 'https' : 'http',
      signature: signature(request, body),
      headers: headersOf(request, body),
      body: meaning(body),
    });
    const call = request.headers['x-test-call'];
    const answer = (call && answerTo(call)) ?? special(request) ?? { headers: {}, body: '' };
    response.statusCode = answer.status ?? 200;
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  });
}

const certificate = (name) => readFileSync(new URL(`../tls/${name}.pem`, import.meta.url));
const plain = createServer(serve);
const secure = createSecureServer({ cert: certificate('signed'), key: certificate('key') }, serve);
const server = listen((socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', (first) => {
    socket.pause();
    socket.unshift(first);
    (first[0] === 0x16 ? secure : plain).emit('connection', socket);
    process.nextTick(() => socket.resume());
  });
});
server.listen(0, () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
