// The panel in real Chromium, over the real `segfn serve`.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, open, seriousFindings } from './browser.mjs';
import { start } from './real-server.mjs';

const FUNCTIONS = ['redact-emails', 'enrich-orders', 'slack-alerts'];
const ORDER = {
  type: 'track',
  event: 'Order Completed',
  userId: 'u-18',
  properties: { order_id: 'A-110', total: 1250, currency: 'EUR' },
};

let browser;
let server;
let page;
let complaints;

before(async () => {
  browser = await launch();
  server = await start(FUNCTIONS);
  ({ page, complaints } = await open(browser, `${server.url}/`));
  await page.getByText('live', { exact: true }).waitFor();
});

after(async () => {
  await browser.close();
  await server.close();
});

const button = (name) => page.getByRole('button', { name, exact: true });
const link = (name) => page.getByRole('link', { name });
const list = () => page.getByRole('listbox').getByRole('option');

test('without an event, the page says how to send one', async () => {
  await page.getByRole('heading', { name: 'Nothing has arrived yet' }).waitFor();
  await page.getByText(`curl ${server.url}/v1/track`).waitFor();
});

test('an event appears as it arrives, with its way, and opens with its request and without secrets', async () => {
  await server.send(ORDER);
  await list().filter({ hasText: 'Order Completed' }).filter({ hasText: 'slack-alerts' }).click();
  await page.getByRole('heading', { name: 'track Order Completed' }).waitFor();
  const step = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'slack-alerts' }) });
  await step.getByText('success').first().waitFor();
  await step.getByRole('button', { name: /^POST/ }).click();
  await step.getByText('[secret webhookUrl]').first().waitFor();
  // What Slack answered.
  const response = step.getByRole('region', { name: 'Response' });
  await response.getByText('text/html').waitFor();
  await response.getByText('ok', { exact: true }).waitFor();
  assert.doesNotMatch(await page.content(), /B0\/XX/);
});

test('an event is edited and run, with its error and the line of the function', async () => {
  await button('Edit and run').click();
  const choices = page.getByRole('form', { name: 'What runs' });
  await choices.getByRole('combobox', { name: 'Function' }).selectOption('enrich-orders');
  const editor = page.getByRole('textbox', { name: 'Event' });
  await editor.getByText('"A-110"').waitFor();
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(JSON.stringify({ ...ORDER, properties: { currency: 'XYZ', total: 1 } }));
  await page.keyboard.press('Control+Enter');
  await page.getByText('no rate for XYZ').first().waitFor();
  await page.locator('.failure .frame').getByText('throw new ValidationError').waitFor();
});

test('an event becomes a case with its traffic, which passes', async () => {
  await link('Events').first().click();
  await list().filter({ hasText: 'Order Completed' }).first().click();
  const step = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'slack-alerts' }) });
  await step.getByRole('button', { name: 'Save as case' }).click();
  await page.getByLabel('Name of the case').fill('from-the-panel');
  await button('Save').click();
  const mine = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'from-the-panel' }) });
  await button('Run from-the-panel').click();
  await mine.getByText('passed').waitFor();
});

test('a changed function is served at once, and the case that differs is accepted', async () => {
  await link('Cases').click();
  await page.getByRole('link', { name: /redact-emails/ }).click();
  const file = join(server.folder, 'redact-emails/function.js');
  writeFileSync(file, readFileSync(file, 'utf8').replace('[e-mail]', '(hidden)'));
  await page.locator('.notices').getByText('Functions reloaded').waitFor();
  await button('Run all cases').click();
  const differing = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'identify' }) });
  await differing.getByText('failed').waitFor();
  await differing.getByText('"(hidden)"').waitFor();
  await differing.getByRole('button', { name: 'Accept' }).click();
  await differing.getByText('passed').waitFor();
});

test('a function that can no longer be loaded is told with its line', async () => {
  const file = join(server.folder, 'enrich-orders/function.js');
  const good = readFileSync(file, 'utf8');
  writeFileSync(file, `${good}\nasync function onGroup( {`);
  await link('Events').first().click();
  await page.locator('.broken').getByText('enrich-orders').first().waitFor();
  writeFileSync(file, good);
  await page.locator('.broken').waitFor({ state: 'detached' });
});

test('an event that is to be retried shows why, and is retried now', async () => {
  server.slack.status = 503;
  await server.send({ ...ORDER, messageId: 'm-2' });
  await list().filter({ hasText: 'retry' }).first().click();
  await page.getByText('Slack answered 503').first().waitFor();
  await page.locator('.failure .frame').getByText('throw new RetryError').waitFor();
  server.slack.status = 200;
  await button('Retry now').click();
  await page.getByText('attempt 2').waitFor();
});

test('an injected fault is met, shown, and gone for the next attempt', async () => {
  await link('Faults').click();
  const inject = async (kind, count) => {
    await page.getByLabel('Host').fill(server.slack.host);
    await page.getByRole('combobox', { name: 'Fault' }).selectOption(kind);
    await page.getByLabel('Next requests').fill(count);
    await button('Inject').click();
  };
  await inject('503', '1');
  await page.getByRole('row', { name: `${server.slack.host} answers 503, unavailable 1 of 1` }).waitFor();
  await page.getByRole('link', { name: 'Faults 1 to come' }).waitFor();

  await server.send({ ...ORDER, messageId: 'm-3' });
  // The page is told that it was met.
  await page.getByText('None. Requests go their usual way.').waitFor();
  await link('Events').first().click();
  await list().filter({ hasText: 'retry' }).first().click();
  await page.getByText('Slack answered 503').first().waitFor();
  const step = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'slack-alerts' }) });
  await step.getByRole('button', { name: /^POST fault/ }).click();
  await step.getByText('a fault, injected by segfn serve').waitFor();
  await button('Retry now').click();
  await page.getByText('attempt 2').waitFor();
  await step.getByText('success').first().waitFor();

  await link('Faults').click();
  await inject('reset', '5');
  await page.getByRole('link', { name: 'Faults 5 to come' }).waitFor();
  await button('Clear all').click();
  await page.getByText('None. Requests go their usual way.').waitFor();
});

test('an event is compared with git:HEAD, and with another version', async () => {
  writeFileSync(join(server.folder, 'old.js'), 'async function onTrack() { return "old" }');
  await link('Events').first().click();
  await list().filter({ hasText: 'Order Completed' }).first().click();
  const step = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'slack-alerts' }) });
  await step.getByRole('button', { name: 'Compare with git:HEAD' }).click();
  await step.getByText('No difference from git:HEAD, over 1 event.').waitFor();
  await step.getByRole('button', { name: 'Another version' }).click();
  await step.getByLabel('Version').fill('old.js');
  await step.getByRole('button', { name: 'Compare', exact: true }).click();
  await step.getByText('1 of 1 event differs from old.js.').waitFor();
});

test('axe finds nothing serious, and the page complains of nothing', async () => {
  for (const view of ['Events', 'Run', 'Cases', 'Faults']) {
    await link(view).first().click();
    await page.getByRole('heading', { name: view, level: 1 }).waitFor({ state: 'attached' });
    assert.deepEqual(await seriousFindings(page), [], view);
  }
  assert.deepEqual(complaints, []);
});
