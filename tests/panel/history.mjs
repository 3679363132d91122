// Events with every kind of outcome, as `GET /api/events` and `/api/events/ID` tell them, for looking at the panel.

const FRAME = `function.js:22:11
  20 |   });
  21 |   if (response.status === 429 || response.status >= 500) {
> 22 |     throw new RetryError(\`Slack answered \${response.status}\`);
     |           ^
  23 |   }`;

const order = (n, total) => ({
  type: 'track',
  event: 'Order Completed',
  userId: `u-${n}`,
  messageId: `m-${n}`,
  timestamp: '2026-03-01T09:30:00.000Z',
  properties: {
    order_id: `A-${n}`,
    total,
    currency: 'EUR',
    products: [
      { sku: 'S-1', quantity: 2 },
      { sku: 'S-2', quantity: 1 },
    ],
  },
  context: { ip: '203.0.113.9', library: { name: 'analytics-node', version: '3.1.0' } },
});

const base = { v: 1, input: 'history' };
const slack = { function: 'slack-alerts', kind: 'destination', attempt: 1 };
const archive = { function: 'archive-to-s3', kind: 'destination', attempt: 1 };
const redact = { function: 'redact-emails', kind: 'insert-source', attempt: 1 };
const enrich = { function: 'enrich-orders', kind: 'insert-destination', attempt: 1 };

const fine = (step, event, ms) => ({
  ...step,
  class: 'success',
  ms,
  outcome: { ...base, kind: step.kind, handler: 'onTrack', class: 'success', value: event, ms },
});

const stored = (n) => ({
  ...archive,
  class: 'success',
  ms: 11.2,
  outcome: {
    ...base,
    kind: 'destination',
    handler: 'onTrack',
    class: 'success',
    logs: [
      {
        level: 'log',
        time: '2026-03-01T09:30:01.120Z',
        text: `stored track/2026-03-01/m-${n}.json {\n  ETag: '"8863d054f6f83cc79b52d9e38591646c"',\n  ServerSideEncryption: 'AES256'\n}`,
        values: [
          `stored track/2026-03-01/m-${n}.json`,
          { ETag: '"8863d054f6f83cc79b52d9e38591646c"', ServerSideEncryption: 'AES256' },
        ],
      },
    ],
    exchanges: [
      { via: 'embedded', method: 'POST', url: 'https://sts.amazonaws.com/', status: 200, at: 1.1, ms: 0.7 },
      {
        via: 'embedded',
        method: 'PUT',
        url: `https://events-archive.s3.us-west-2.amazonaws.com/track/2026-03-01/m-${n}.json`,
        status: 200,
        at: 6.2,
        ms: 2.8,
      },
    ],
    objects: [
      {
        bucket: 'events-archive',
        key: `track/2026-03-01/m-${n}.json`,
        size: 412,
        sha256: 'b1',
        body: JSON.stringify(order(n, 42.5), null, 1),
      },
    ],
    cache: { hits: 0, misses: 1 },
    ms: 11.2,
  },
});

const retried = {
  ...slack,
  class: 'retry',
  ms: 131.4,
  attempt: 2,
  outcome: {
    ...base,
    kind: 'destination',
    handler: 'onTrack',
    class: 'retry',
    error: {
      name: 'RetryError',
      message: 'Slack answered 503',
      type: 'Retry',
      code: 'retry',
      stack:
        'RetryError: Slack answered 503\n    at post (function.js:22:11)\n    at async onTrack (function.js:29:31)',
      at: { line: 22, column: 11 },
      frame: FRAME,
    },
    logs: [
      { level: 'debug', time: '2026-03-01T09:30:01.020Z', text: 'large order A-2' },
      { level: 'warn', time: '2026-03-01T09:30:01.140Z', text: 'Slack is unwell' },
      {
        level: 'error',
        time: '2026-03-01T09:30:01.141Z',
        text: 'Error: Slack answered 503\n    at post (function.js:22:11)',
      },
    ],
    exchanges: [
      {
        via: 'http',
        method: 'GET',
        url: 'https://api.example.com/channels?name=orders',
        status: 200,
        at: 0.8,
        ms: 38.2,
        request: { headers: { accept: 'application/json' } },
        response: {
          headers: { 'content-type': 'application/json' },
          body: { json: { channels: [{ id: 'C01', name: 'orders' }] } },
        },
      },
      {
        via: 'http',
        method: 'POST',
        url: 'https://secret.invalid/[secret%20webhookUrl]',
        status: 503,
        at: 42,
        ms: 88.1,
        request: {
          headers: { 'content-type': 'application/json', authorization: '[secret token]' },
          body: { json: { text: 'Order A-2 by u-2: 1250 EUR' } },
        },
        response: {
          headers: { 'content-type': 'text/plain', 'retry-after': '30' },
          body: { text: 'upstream connect error' },
        },
      },
    ],
    warnings: ['the response was not read: production would keep its connection open'],
    ms: 131.4,
  },
};

const discarded = {
  ...enrich,
  class: 'discard',
  ms: 0.4,
  outcome: {
    ...base,
    kind: 'insert-destination',
    handler: 'onTrack',
    class: 'discard',
    error: {
      name: 'ValidationError',
      message: 'no rate for XYZ',
      type: 'Bad Request',
      code: 'bad_request',
      at: { line: 10, column: 37 },
    },
    ms: 0.4,
  },
};

const dropped = {
  function: 'slack-alerts',
  kind: 'destination',
  class: 'dropped',
  attempt: 1,
  reason: 'the filter `type = "track"` of slack-alerts lets it not through',
};

const webhook = {
  function: 'webhook-to-events',
  kind: 'source',
  class: 'success',
  ms: 1.9,
  attempt: 1,
  outcome: {
    ...base,
    kind: 'source',
    handler: 'onRequest',
    class: 'success',
    messages: {
      events: [
        { type: 'track', event: 'Payment Succeeded', userId: 'u-9', properties: { amount: 42, currency: 'EUR' } },
      ],
      objects: [{ collection: 'payments', id: 'p-9', properties: { amount: 42 } }],
    },
    ms: 1.9,
  },
};

const page = {
  type: 'page',
  name: 'Pricing',
  anonymousId: 'a-7',
  messageId: 'm-7',
  context: { page: { path: '/pricing' } },
};
const person = { type: 'identify', userId: 'u-5', messageId: 'm-5', traits: { email: '[e-mail]', plan: 'pro' } };

/** The kinds of events, the newest last. */
const KINDS = [
  { raw: order(1, 42.5), steps: [fine(redact, order(1, 42.5), 0.3), fine(enrich, order(1, 45.9), 0.4), stored(1)] },
  { raw: page, steps: [fine(redact, page, 0.2), dropped, stored(7)] },
  {
    raw: person,
    steps: [
      fine(redact, person, 0.3),
      { ...slack, class: 'skipped', ms: 0.1, reason: 'it has no onIdentify' },
      stored(5),
    ],
  },
  {
    raw: { headers: {}, body: { type: 'payment.succeeded' } },
    steps: [webhook],
    source: 'webhook-to-events',
    type: 'webhook',
    event: 'payment.succeeded',
  },
  { raw: order(3, 9), steps: [fine(redact, order(3, 9), 0.3), discarded] },
  {
    raw: order(4, 12),
    steps: [
      fine(redact, order(4, 12), 0.3),
      { ...enrich, class: 'filtered', ms: 0.2, reason: 'made in the office' },
      { ...slack, class: 'pending' },
    ],
  },
  {
    raw: order(2, 1250),
    steps: [fine(redact, order(2, 1250), 0.3), fine(enrich, order(2, 1250), 0.4), retried, stored(2)],
  },
];

/** How long after now a retry comes, in milliseconds. */
const NEXT_RETRY = 150_000;

const START = Date.parse('2026-03-01T09:00:00.000Z');

/** The event with the id `n`, counted from 0, with all its outcomes. */
export function eventNumber(n) {
  const { raw, steps, source = 'website', type = raw.type, event = raw.event ?? raw.name } = KINDS[n % KINDS.length];
  const receivedAt = new Date(START + n * 1373).toISOString();
  const nextRetryAt = new Date(Date.now() + NEXT_RETRY).toISOString();
  const now = steps.map((step) => (step.class === 'retry' ? { ...step, nextRetryAt } : step));
  const size = JSON.stringify(raw).length;
  return { id: n, receivedAt, type, event, userId: raw.userId, source, size, raw, steps: now };
}

/** A row of the list: the event without what is only shown where it is open. */
export function rowOf({ raw, steps, ...row }) {
  return { ...row, steps: steps.map(({ outcome, ...step }) => step) };
}

/** Numbers for the drawings: an hour of quiet days and a bad ten minutes. */
export function minutes() {
  return Array.from({ length: 60 }, (_, n) => {
    const bad = n > 38 && n < 48;
    const busy = 20 + Math.round(14 * Math.sin(n / 6)) + ((n * 7) % 5);
    return {
      at: new Date(Date.now() - (60 - n) * 60_000).toISOString(),
      success: bad ? Math.round(busy / 3) : busy,
      retry: bad ? Math.round(busy / 2) : 0,
      discard: n % 11 === 0 ? 2 : 0,
      filtered: n % 3,
      skipped: n % 7 === 0 ? 1 : 0,
      p50: bad ? 90 + n : 8 + (n % 4),
      p95: bad ? 420 + n * 2 : 31 + (n % 9),
    };
  });
}
