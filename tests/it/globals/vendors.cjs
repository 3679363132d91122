// A server that answers as the vendors do whose clients are tried: as far as a client looks at the
// answer. Prints its port, then each request that it got, as a line of JSON.

const http = require('node:http');
const { gzipSync } = require('node:zlib');

const json = (status, body, headers = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
const xml = (body) => ({ status: 200, headers: { 'content-type': 'text/xml' }, body });
const form = (body) => ({ status: 200, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });

let flaky = 0;

/** By method and path; the first that matches answers. */
const routes = [
  // fetch-retry: two bad answers before a good one.
  ['GET', /^\/flaky$/, () => (++flaky % 3 === 0 ? json(200, { attempt: flaky }) : json(503, { attempt: flaky }))],
  // Any server: what node-fetch and https make of it.
  ['GET', /^\/text$/, () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'plain text' })],
  ['GET', /^\/form-of-json$/, () => json(200, { a: 'é' })],
  [
    'GET',
    /^\/gzip$/,
    () => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body: gzipSync('was compressed') }),
  ],
  ['GET', /^\/bad-gzip$/, () => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body: 'not compressed' })],
  [
    'GET',
    /^\/cookies$/,
    () => ({ status: 200, headers: { 'set-cookie': ['a=1; Path=/', 'b=2'], 'x-twice': ['1', '2'] }, body: 'crumbs' }),
  ],
  [
    'GET',
    /^\/status\/\d+$/,
    ({ url }) => ({
      status: Number(url.slice(8)),
      headers: url.endsWith('301') ? { location: '/text' } : {},
      body: '',
    }),
  ],
  ['GET', /^\/redirect\/0$/, () => ({ status: 200, headers: {}, body: 'arrived' })],
  [
    'GET',
    /^\/redirect\/\d$/,
    ({ url }) => ({ status: 302, headers: { location: `/redirect/${url.slice(10) - 1}` }, body: '' }),
  ],
  ['GET', /^\/loop$/, () => ({ status: 302, headers: { location: '/loop' }, body: '' })],
  [
    'POST',
    /^\/redirected\/\d+$/,
    ({ url }) => ({ status: Number(url.slice(12)), headers: { location: '/echo' }, body: '' }),
  ],
  [/^/, /^\/echo/, ({ method, headers, body, url }) => json(200, { method, url, headers, body })],
  ['POST', /^\/form$/, () => json(200, { received: true })],

  [
    'POST',
    /^\/oauth\/request_token$/,
    () => form('oauth_token=request&oauth_token_secret=hush&oauth_callback_confirmed=true'),
  ],
  ['POST', /^\/oauth\/access_token$/, () => form('oauth_token=access&oauth_token_secret=secret&screen_name=ada')],
  ['GET', /^\/oauth\/me/, () => json(200, { name: 'Ada' })],
  ['GET', /^\/oauth\/denied/, () => json(401, { errors: [{ message: 'Could not authenticate you' }] })],
  ['POST', /^\/oauth2\/token$/, () => json(200, { access_token: 'bearer', refresh_token: 'again', expires_in: 3600 })],

  [
    'POST',
    /^\/v1\/customers$/,
    () => json(200, { id: 'cus_1', object: 'customer', email: 'ada@example.com' }, { 'request-id': 'req_1' }),
  ],
  [
    'GET',
    /^\/v1\/customers\?.*starting_after/,
    () => json(200, { object: 'list', url: '/v1/customers', has_more: false, data: [{ id: 'cus_3' }] }),
  ],
  [
    'GET',
    /^\/v1\/customers\?/,
    () => json(200, { object: 'list', url: '/v1/customers', has_more: true, data: [{ id: 'cus_1' }, { id: 'cus_2' }] }),
  ],
  [
    'GET',
    /^\/v1\/customers\/cus_none$/,
    () =>
      json(
        404,
        {
          error: {
            type: 'invalid_request_error',
            code: 'resource_missing',
            param: 'id',
            message: "No such customer: 'cus_none'",
          },
        },
        { 'request-id': 'req_2' },
      ),
  ],
  [
    'POST',
    /^\/v1\/charges$/,
    () =>
      json(402, {
        error: {
          type: 'card_error',
          code: 'card_declined',
          decline_code: 'generic_decline',
          message: 'Your card was declined.',
        },
      }),
  ],

  [
    'POST',
    /^\/v3\/mail\/send$/,
    ({ headers }) =>
      headers.authorization === 'Bearer SG.good'
        ? { status: 202, headers: { 'x-message-id': 'm1' }, body: '' }
        : json(401, {
            errors: [
              { message: 'The provided authorization grant is invalid, expired, or revoked', field: null, help: null },
            ],
          }),
  ],
  ['GET', /^\/v3\/marketing\/contacts/, () => json(200, { result: [{ email: 'ada@example.com' }] })],

  [
    'POST',
    /^\/v3\.1\/send$/,
    () => json(200, { Messages: [{ Status: 'success', To: [{ Email: 'ada@example.com', MessageID: 1 }] }] }),
  ],
  [
    'GET',
    /^\/v3\/REST\/contact/,
    () =>
      json(401, {
        ErrorIdentifier: 'x',
        StatusCode: 401,
        ErrorMessage: 'API key authentication/authorization failure.',
      }),
  ],

  [
    'POST',
    /^\/crm\/v3\/objects\/contacts$/,
    () =>
      json(201, {
        id: '51',
        properties: { email: 'ada@example.com', createdate: '2026-01-02T03:04:05.000Z' },
        createdAt: '2026-01-02T03:04:05.000Z',
        updatedAt: '2026-01-02T03:04:05.000Z',
        archived: false,
      }),
  ],
  [
    'POST',
    /^\/crm\/v3\/objects\/contacts\/search$/,
    () =>
      json(200, {
        total: 1,
        results: [
          {
            id: '51',
            properties: {},
            createdAt: '2026-01-02T03:04:05.000Z',
            updatedAt: '2026-01-02T03:04:05.000Z',
            archived: false,
          },
        ],
      }),
  ],
  [
    'GET',
    /^\/crm\/v3\/objects\/contacts\/none/,
    () =>
      json(404, { status: 'error', message: 'resource not found', correlationId: 'c1', category: 'OBJECT_NOT_FOUND' }),
  ],

  ['GET', /^\/3\.0\/ping$/, () => json(200, { health_status: "Everything's Chimpy!" })],
  [
    'POST',
    /^\/3\.0\/lists\/l1\/members/,
    () => json(200, { id: 'm1', email_address: 'ada@example.com', status: 'subscribed' }),
  ],
  [
    'GET',
    /^\/3\.0\/lists\/none/,
    () =>
      json(404, {
        type: 'https://mailchimp.com/developer/',
        title: 'Resource Not Found',
        status: 404,
        detail: 'The requested resource could not be found.',
        instance: 'i',
      }),
  ],

  [
    'POST',
    /^\/services\/Soap\/u\//,
    ({ host }) =>
      xml(
        `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"><soapenv:Body><loginResponse><result><serverUrl>http://${host}/services/Soap/u/42.0/00D</serverUrl><sessionId>session</sessionId><userId>005</userId><userInfo><organizationId>00D</organizationId></userInfo></result></loginResponse></soapenv:Body></soapenv:Envelope>`,
      ),
  ],
  [
    'GET',
    /^\/services\/data\/v42\.0\/query\?/,
    () =>
      json(200, {
        totalSize: 2,
        done: true,
        records: [
          { Id: '1', Name: 'Ada' },
          { Id: '2', Name: 'Grace' },
        ],
      }),
  ],
  ['POST', /^\/services\/data\/v42\.0\/sobjects\/Contact$/, () => json(201, { id: '003', success: true, errors: [] })],
  ['PATCH', /^\/services\/data\/v42\.0\/sobjects\/Contact\/003$/, () => ({ status: 204, headers: {}, body: '' })],
  [
    'GET',
    /^\/services\/data\/v42\.0\/sobjects\/Contact\/none$/,
    () => json(404, [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }]),
  ],

  ['POST', /^\/v1\/vaults\/v1\/t1$/, () => json(200, { records: [{ skyflow_id: 's1', tokens: { name: 't' } }] })],
];

routes.push(
  ['POST', /^\/upload\/storage\/v1\/b\/b\/o\?/, () => json(200, { name: 'folder/é x.txt', bucket: 'b', size: '5' })],
  [
    'GET',
    /^\/storage\/v1\/b\/b\/o\/folder%2F%C3%A9%20x\.txt\?alt=media/,
    () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'hello' }),
  ],
  ['GET', /^\/storage\/v1\/b\/b\/o\/folder/, () => json(200, { name: 'folder/é x.txt', size: '5' })],
  ['GET', /^\/storage\/v1\/b\/b\/o\?/, () => json(200, { items: [{ name: 'f1' }, { name: 'f2' }] })],
  [
    'GET',
    /^\/storage\/v1\/b\/b\/o\/none/,
    () =>
      json(404, {
        error: {
          code: 404,
          message: 'No such object: b/none',
          errors: [{ message: 'No such object: b/none', domain: 'global', reason: 'notFound' }],
        },
      }),
  ],
  [
    'POST',
    /\/projects\/p\/jobs$/,
    () => json(200, { jobReference: { projectId: 'p', jobId: 'j', location: 'US' }, status: { state: 'DONE' } }),
  ],
  [
    'GET',
    /\/projects\/p\/queries\//,
    () =>
      json(200, {
        jobComplete: true,
        schema: { fields: [{ name: 'x', type: 'INTEGER', mode: 'NULLABLE' }] },
        rows: [{ f: [{ v: '1' }] }],
        totalRows: '1',
        jobReference: { projectId: 'p', jobId: 'j' },
      }),
  ],
  ['POST', /\/datasets\/d\/tables\/t\/insertAll/, () => json(200, { kind: 'bigquery#tableDataInsertAllResponse' })],
  [
    'POST',
    /\/datasets\/d\/tables\/bad\/insertAll/,
    () => json(200, { insertErrors: [{ index: 0, errors: [{ reason: 'invalid', message: 'Cannot convert value' }] }] }),
  ],
  // Protocol buffers: a PublishResponse, and a Task by its name.
  [
    'POST',
    /\/\$rpc\/google\.pubsub\.v1\.Publisher\/Publish$/,
    ({ body }) =>
      body.includes('topics/none')
        ? { status: 404, headers: {}, body: Buffer.from('\x08\x05\x12\x0fTopic not found', 'latin1') }
        : { status: 200, headers: { 'content-type': 'application/x-protobuf' }, body: '\x0a\x017' },
  ],
  [
    'POST',
    /\/\$rpc\/google\.cloud\.tasks\.v2\.CloudTasks\/CreateTask$/,
    () => ({ status: 200, headers: { 'content-type': 'application/x-protobuf' }, body: '\x0a\x04task' }),
  ],
);

// Those of source insert functions.
const columns = [
  { name: 'ID', type: 'fixed', scale: 0, nullable: false },
  { name: 'NAME', type: 'text', nullable: true },
  { name: 'AT', type: 'timestamp_ntz', scale: 9, nullable: true },
];
const snowflake = (data) => json(200, { success: true, code: null, message: null, data });
routes.push(
  [
    'POST',
    /^\/akeyless\/auth$/,
    ({ body }) => (body.includes('none') ? json(401, { error: 'unauthorized' }) : json(200, { token: 't-1' })),
  ],
  ['POST', /^\/akeyless\/get-secret-value$/, () => json(200, { '/db': 'opensesame' })],

  [
    'GET',
    /^\/synapse\/pipelines\/none/,
    () => json(404, { error: { code: 'PipelineNotFound', message: 'The pipeline none was not found.' } }),
  ],
  [
    'GET',
    /^\/synapse\/pipelines\/nightly/,
    () =>
      json(200, {
        name: 'nightly',
        properties: { activities: [{ name: 'wait', type: 'Wait', typeProperties: { waitTimeInSeconds: 5 } }] },
      }),
  ],
  ['POST', /^\/synapse\/pipelines\/nightly\/createRun/, () => json(202, { runId: 'run-1' })],
  ['GET', /^\/synapse\/pipelines\?.*page=2/, () => json(200, { value: [{ name: 'second', properties: {} }] })],
  [
    'GET',
    /^\/synapse\/pipelines\?/,
    ({ host }) =>
      json(200, { value: [{ name: 'first', properties: {} }], nextLink: `http://${host}/synapse/pipelines?page=2` }),
  ],

  ['POST', /^\/onesignal\/notifications$/, () => json(200, { id: 'n1', external_id: null })],
  ['GET', /^\/onesignal\/notifications\/n1/, () => json(200, { id: 'n1', contents: { en: 'hello' }, successful: 3 })],
  ['GET', /^\/onesignal\/notifications\/none/, () => json(404, { errors: ['Notification not found'] })],

  [
    'POST',
    /^\/session\/v1\/login-request/,
    () =>
      snowflake({
        token: 'session',
        masterToken: 'master',
        validityInSeconds: 3600,
        masterValidityInSeconds: 14400,
        parameters: [{ name: 'TIMEZONE', value: 'UTC' }],
        sessionInfo: { databaseName: 'D', schemaName: 'S', warehouseName: 'W', roleName: 'R' },
      }),
  ],
  [
    'POST',
    /^\/queries\/v1\/query-request/,
    ({ body }) =>
      body.includes('nothing')
        ? json(200, {
            success: false,
            code: '000904',
            message: "SQL compilation error: invalid identifier 'NOTHING'",
            data: { errorCode: '000904', sqlState: '42000', queryId: 'q2' },
          })
        : snowflake({
            queryId: 'q1',
            sqlState: '00000',
            rowtype: columns,
            rowset: [
              ['2', 'Ada', '1767323045.000000000'],
              ['3', null, null],
            ],
            total: 2,
            returned: 2,
            queryResultFormat: 'json',
            parameters: [],
            version: 1,
            statementTypeId: 4096,
          }),
  ],
  ['POST', /^\/session\?delete=true/, () => snowflake(null)],

  ['GET', /^\/clickhouse\/ping/, () => ({ status: 200, headers: {}, body: 'Ok.\n' })],
  [
    'POST',
    /^\/clickhouse\?/,
    ({ body, url }) => {
      const headers = {
        'x-clickhouse-query-id': new URL(url, 'http://x').searchParams.get('query_id'),
        'x-clickhouse-summary': '{"read_rows":"0","written_rows":"2"}',
      };
      if (body.includes('broken'))
        return {
          status: 404,
          headers: { ...headers, 'x-clickhouse-exception-code': '47' },
          body: "Code: 47. DB::Exception: Unknown expression identifier 'broken'. (UNKNOWN_IDENTIFIER) (version 25.3.1)",
        };
      return {
        status: 200,
        headers,
        body:
          url.includes('INSERT') || body.startsWith('CREATE')
            ? ''
            : '{"id":7,"tags":["a","b\'c"]}\n{"id":8,"tags":[]}\n',
      };
    },
  ],

  ['POST', /^\/api\/7\/envelope/, () => json(200, { id: '0'.repeat(32) })],
);

/** Answers that are none, or come in pieces. */
const odd = {
  '/slow': (response) => setTimeout(() => response.end('late'), 10_000),
  '/trickle'(response) {
    response.write('one ');
    setTimeout(() => response.write('two '), 20);
    setTimeout(() => response.end('three'), 3000);
  },
  '/break': (_, socket) => socket.destroy(),
  '/half'(response, socket) {
    response.writeHead(200, { 'content-length': 10 });
    response.write('half');
    setTimeout(() => socket.destroy(), 20);
  },
};

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { method, url, headers, rawHeaders } = request;
    const body = Buffer.concat(chunks).toString('latin1');
    console.log(JSON.stringify({ method, url, headers: rawHeaders, body }));
    if (url in odd) {
      odd[url](response, request.socket);
      return;
    }
    const [, , answer] =
      routes.find(([verb, path]) => (verb === method || verb instanceof RegExp) && path.test(url)) ?? [];
    const {
      status,
      headers: sent,
      body: text,
    } = answer?.({ method, headers, body, url, host: headers.host }) ?? json(404, { unknown: `${method} ${url}` });
    response.writeHead(status, sent);
    response.end(text);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
