// Pictures of every view in light and dark, wide and narrow, for whoever changes the panel to look at:
//   node tests/panel/screenshots.mjs FOLDER [NAMES]
// Those of `documented` are of the real server. The light wide ones of them are in docs/images.

import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, open } from './browser.mjs';
import * as real from './real-server.mjs';
import * as standIn from './stand-in.mjs';

const folder = process.argv[2];
if (!folder) throw new Error('name a folder for the pictures');
mkdirSync(folder, { recursive: true });

const SIZES = { 1280: 800, 400: 800 };
const click =
  (name, role = 'button') =>
  (page) =>
    page.getByRole(role, { name, exact: true }).first().click();

const SHOTS = {
  events: { at: '#/events' },
  event: { at: '#/events/34', after: (page) => page.locator('.exchange-line').nth(1).click() },
  'event-more': {
    at: '#/events/34',
    after: (page) => page.locator('.detail').evaluate((pane) => pane.scrollTo(0, 650)),
  },
  run: {
    at: '#/run?function=slack-alerts',
    after: async (page) => {
      await click('Run')(page);
      await page.getByRole('region', { name: 'Outcome' }).getByRole('heading').waitFor();
    },
  },
  'run-error': {
    at: '#/run',
    after: async (page) => {
      const editor = page.getByRole('textbox', { name: 'Event' });
      await editor.click();
      await page.keyboard.press('Control+End');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.type(',\n"');
      await page.keyboard.press('Control+Space');
      await page.waitForTimeout(1500);
    },
  },
  settings: { at: '#/run', after: (page) => page.getByText('Settings').click() },
  cases: {
    at: '#/cases/redact-emails',
    before: ({ folder }) => {
      const [file] = ['functions/redact-emails', 'redact-emails']
        .map((name) => join(folder, name, 'function.js'))
        .filter(existsSync);
      writeFileSync(file, readFileSync(file, 'utf8').replace('[e-mail]', '(hidden)'));
    },
    after: async (page) => {
      await click('Run all cases')(page);
      await page.locator('.problems').first().waitFor();
      await click('Compare')(page);
      await page.locator('.groups').first().waitFor();
    },
  },
  faults: {
    at: '#/faults',
    after: async (page) => {
      await page.getByLabel('Host').fill('hooks.slack.com');
      await page.getByLabel('Next requests').fill('3');
      await click('Inject')(page);
      await page.getByRole('cell', { name: '3 of 3' }).first().waitFor();
    },
  },
  keys: { at: '#/events', after: (page) => page.keyboard.press('?') },
};

const WORKSPACE = `
[[source]]
name = "Website"
key = "any-key"
insert = "redact-emails"

[[source]]
name = "Shop"
function = "webhook-to-events"

[[destination]]
name = "Slack"
function = "slack-alerts"
insert = "enrich-orders"

[[destination.filter]]
if = 'type = "identify"'
drop = true

[[destination]]
name = "Archive"
function = "archive-to-s3"
`;
const FUNCTIONS = ['archive-to-s3', 'enrich-orders', 'redact-emails', 'slack-alerts', 'webhook-to-events'];

const track = (n, event, properties) => ({ type: 'track', event, userId: `u-${n}`, properties });
const order = (n, total, currency = 'EUR') => track(n, 'Order Completed', { order_id: `A-${n}`, total, currency });

/** What a shop's provider sends, signed. */
async function payment(server, n) {
  const body = JSON.stringify({
    type: 'payment.succeeded',
    created: new Date().toISOString(),
    data: { id: `p-${n}`, customer: `u-${n}`, amount: 42, currency: 'EUR' },
  });
  const signature = createHmac('sha256', 'whsec-example').update(body).digest('hex');
  await server.post('/hooks/webhook-to-events', body, { 'x-signature': signature });
}

/** What reaches the real server: all that is well, and then an order that Slack doesn't take. */
async function traffic(server) {
  for (let n = 1; n <= 6; n += 1) {
    await server.send(track(n, 'Product Viewed', { sku: `S-${n}`, price: 12.5 }));
    await server.send({ type: 'identify', userId: `u-${n}`, traits: { email: `u-${n}@example.com`, plan: 'pro' } });
    await server.send(order(n, 400 * n, n === 4 ? 'XYZ' : 'EUR'));
    if (n % 3 === 1) await payment(server, n);
  }
  await server.settled();
  server.slack.status = 503;
  await server.send(order(110, 1250));
  await server.settled();
}

/** The pictures of docs/serve.md. */
const documented = {
  'panel-event': {
    at: '#/events',
    after: async (page) => {
      const rows = page.getByRole('listbox').getByRole('option');
      await rows.filter({ hasText: 'retry' }).first().click();
      await page.getByRole('button', { name: /^POST/ }).first().click();
    },
  },
  'panel-cases': SHOTS.cases,
};

const only = process.argv.slice(3);
const browser = await launch();

/** Pictures of `shots` of what `server` shows, which is ended then. */
async function take(server, shots) {
  for (const [name, { at, before, after }] of Object.entries(shots)) {
    if (only.length > 0 && !only.includes(name)) continue;
    await before?.(server);
    for (const colorScheme of ['light', 'dark']) {
      for (const [width, height] of Object.entries(SIZES)) {
        const { page, complaints } = await open(browser, `${server.url}/${at}`, {
          width: Number(width),
          height,
          colorScheme,
        });
        await page.getByText('live', { exact: true }).waitFor();
        await page.waitForTimeout(400);
        try {
          await after?.(page);
        } catch (error) {
          complaints.push(error.message);
        }
        await page.waitForTimeout(200);
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`) });
        if (complaints.length > 0) console.error(name, colorScheme, width, complaints);
        await page.context().close();
        await fetch(`${server.url}/api/faults`, { method: 'DELETE', headers: { 'segfn-panel': '1' } });
      }
    }
  }
  await server.close();
}

await take(await standIn.start(), SHOTS);
const server = await real.start(FUNCTIONS, { 'workspace.toml': WORKSPACE });
await traffic(server);
await take(server, documented);
await browser.close();
