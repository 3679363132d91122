// The panel in real Chromium, over the stand-in, which has every kind of outcome.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { launch, open, seriousFindings } from './browser.mjs';
import { start } from './stand-in.mjs';

let browser;
let server;
let shown;
before(async () => (browser = await launch()));
after(() => browser.close());
afterEach(async () => {
  await shown?.page.context().close();
  await server?.close();
  shown = server = undefined;
});

/** Opens a view. The page may complain of nothing. */
async function view(address, { events, ...more } = {}) {
  server = await start({ events });
  shown = await open(browser, `${server.url}/${address}`, more);
  await shown.page.getByText('live', { exact: true }).waitFor();
  return shown.page;
}

const button = (page, name) => page.getByRole('button', { name, exact: true });
const said = (page, text) => page.locator('.notices').getByText(text).waitFor();

/** Writes a text in the place of what an editor has. (Where text is typed over other text, Chromium itself makes inline
    styles, which the Content-Security-Policy refuses.) */
async function write(page, editor, text) {
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

const noComplaints = () => assert.deepEqual(shown.complaints, []);

test('events arrive live, newest first, and the list stands still while it is paused', async () => {
  const page = await view('#/events', { events: 3 });
  const first = page.getByRole('listbox').getByRole('option').first();
  await first.getByText('slack-alerts').waitFor();
  server.arrive();
  await page.getByRole('option', { name: 'webhook payment.succeeded' }).waitFor();
  assert.match(await first.innerText(), /payment\.succeeded/);

  await page.keyboard.press('p');
  server.arrive();
  await button(page, 'Paused: 1 new').click();
  await page.getByText('5 shown').waitFor();
  noComplaints();
});

test('the page was empty where the browser has a language that is none', async () => {
  const page = await view('#/events', { events: 3 });
  // As Chromium has it in the locale C.
  const language = () => Object.defineProperty(navigator, 'language', { value: 'en-US@posix', configurable: true });
  await page.addInitScript(language);
  await page.reload();
  await page.getByText('3 shown').waitFor();
  noComplaints();
});

test('a lost connection is told, and what came meanwhile is there when it is back', async () => {
  const page = await view('#/events', { events: 3 });
  await page.getByText('3 shown').waitFor();
  server.disconnect();
  await page.getByText('not connected').waitFor();
  server.arrive();
  await page.getByText('4 shown').waitFor();
  await page.getByText('live', { exact: true }).waitFor();
  noComplaints();
});

test('where a token is wanted, the page asks for it, and never puts it into an address', async () => {
  server = await start({ events: 3, token: 'a-secret-token' });
  shown = await open(browser, server.url);
  const { page } = shown;
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByLabel('Token').fill('a-secret-token');
  assert.deepEqual(await seriousFindings(page), []);
  await button(page, 'Go on').click();
  await page.getByText('3 shown').waitFor();
  assert.ok(asked.some((url) => url.endsWith('/api/state')));
  assert.ok(asked.every((url) => !url.includes('a-secret-token')));
  assert.doesNotMatch(page.url(), /a-secret-token/);
  noComplaints();
});

test('of 10,000 events only those in view are on the page, and each can be reached', async () => {
  const page = await view('#/events', { events: 10_000 });
  await page.getByText('200 shown').waitFor();
  const list = page.getByRole('listbox');
  for (let asked = 200; asked < 10_000; asked += 200) {
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.waitForFunction((more) => {
      const row = document.querySelector('[role=option]');
      return Number(row?.ariaSetSize) > more;
    }, asked);
  }
  assert.ok((await page.getByRole('option').count()) < 100);
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await page.locator('#event-0').waitFor();
  noComplaints();
});

test('events are found by text, FQL, function and class, and what is wrong with FQL is told', async () => {
  const page = await view('#/events');
  await page.keyboard.press('/');
  await page.keyboard.type('pricing');
  await page.getByText('6 found').waitFor();
  await page.getByRole('searchbox').fill('');
  await page.getByRole('combobox', { name: 'Class' }).selectOption('retry');
  await page.getByText('5 found').waitFor();
  await page.getByRole('combobox', { name: 'Function' }).selectOption('enrich-orders');
  await page.getByText('No event passes the filter').waitFor();
  await page.getByRole('combobox', { name: 'Function' }).selectOption('');
  await page.getByRole('combobox', { name: 'Class' }).selectOption('');
  await page.getByLabel('Search by').selectOption('fql');
  await page.getByRole('searchbox').fill('type');
  await page.getByRole('alert').getByText('the condition ends too early, at column 5').waitFor();
  await page.getByRole('searchbox').fill('type = "page"');
  await page.getByText('6 found').waitFor();
  noComplaints();
});

test('the list and an event are used by the keyboard alone', async () => {
  const page = await view('#/events');
  await page.locator('#event-39').waitFor();
  for (const key of ['j', 'ArrowDown', 'j', 'k', 'Enter']) await page.keyboard.press(key);
  await page.getByRole('heading', { name: 'webhook payment.succeeded' }).waitFor();
  await page.keyboard.press('j');
  await page.getByRole('heading', { name: 'identify u-5' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'No event is open' }).waitFor();
  await page.locator('[role=listbox][aria-activedescendant="event-37"]:focus').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('4');
  await page.getByRole('heading', { name: 'Inject a fault' }).waitFor();
  noComplaints();
});

test('an open event shows its error with the code, its requests with their bodies, its logs and objects', async () => {
  const page = await view('#/events/34');
  await page.getByText('throw new RetryError(`Slack answered ${response.status}`)').waitFor();
  await page.getByText('retried in 2 min').waitFor();
  await page.getByRole('button', { name: /POST secret\.invalid/ }).click();
  await page.getByText('"Order A-2 by u-2: 1250 EUR"').waitFor();
  await page.getByText('upstream connect error').waitFor();
  await page.getByRole('button', { name: /^stored track/ }).click();
  await page.getByText('"AES256"').waitFor();
  await page.getByText('s3://events-archive/track/2026-03-01/m-2.json').click();
  await page.getByText('Cache: 0 hits, 1 missed').waitFor();
  noComplaints();
});

test('a retry that waits is done now, and the list shows what came of it', async () => {
  const page = await view('#/events/34');
  const row = page.locator('#event-34');
  await row.getByText('retry ×2').waitFor();
  await button(page, 'Retry now').click();
  await row.getByText('retry ×2').waitFor({ state: 'detached' });
  await page.getByText('attempt 3').waitFor();
  noComplaints();
});

test('an event is saved as a case, which is run, differs after a change, and is accepted', async () => {
  const page = await view('#/events/37');
  await page.getByText('What it did').first().click();
  await button(page, 'Save as case').first().click();
  await page.getByLabel('Name of the case').fill('from-the-panel');
  await button(page, 'Save').click();
  await said(page, 'Saved functions/redact-emails/cases.ndjson:3');

  const mine = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'from-the-panel' }) });
  await button(page, 'Run from-the-panel').click();
  await mine.getByText('failed').waitFor();
  await mine.getByText('there is no expectation yet').waitFor();
  await mine.getByRole('button', { name: 'Accept' }).click();
  await mine.getByText('passed').waitFor();

  const file = join(server.folder, 'functions/redact-emails/function.js');
  writeFileSync(file, readFileSync(file, 'utf8').replace('[e-mail]', '(hidden)'));
  await button(page, 'Run all cases').click();
  await said(page, '3 cases: 1 passed, 2 failed');
  await page.getByText('value.traits.email').waitFor();
  await button(page, 'Compare').click();
  await page.getByText('2 of 2 events differ from git:HEAD.').waitFor();
  noComplaints();
});

test('an event is edited and run by Ctrl+Enter, with settings of its own, also as a batch', async () => {
  const page = await view('#/run?event=35&function=enrich-orders');
  const editor = page.getByRole('textbox', { name: 'Event' });
  await editor.getByText('"A-1"').waitFor();
  await editor.click();
  await page.keyboard.press('Control+Enter');
  await page.getByText('"total_usd": 45.9,', { exact: true }).waitFor();

  await page.getByText('Settings of enrich-orders').click();
  const settings = page.getByRole('textbox', { name: 'Settings' });
  await write(page, settings, '{"officeIp": "203.0.113.9"}');
  await page.keyboard.press('Control+Enter');
  await said(page, 'enrich-orders: filtered');
  await page.getByText('made in the office').first().waitFor();

  await button(page, 'Reset').click();
  await button(page, 'As a batch').click();
  await button(page, 'Run').click();
  await page.getByText('onBatch · destination insert').waitFor();
  noComplaints();
});

test('what is not JSON is marked and not run, and the fields of events are completed', async () => {
  const page = await view('#/run');
  const editor = page.getByRole('textbox', { name: 'Event' });
  await write(page, editor, '{\n  "type": \n}');
  await page.locator('.cm-lint-marker-error').waitFor();
  await button(page, 'Run').click();
  await page.getByRole('alert').getByText('the event is not JSON').waitFor();

  await write(page, editor, '{}');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('"user');
  await page.getByRole('option', { name: 'userId' }).click();
  await page.keyboard.type('"u-1');
  assert.equal(await editor.innerText(), '{"userId": "u-1"}');
  noComplaints();
});

test('a function is run again with an event of the history, by one button', async () => {
  const page = await view('#/events/35');
  const step = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'enrich-orders' }) });
  await step.getByText('What it did').click();
  await step.getByRole('button', { name: 'Run again' }).click();
  await said(page, 'enrich-orders: success');
  await page.getByText('"total_usd": 45.9,', { exact: true }).waitFor();
  noComplaints();
});

test('faults are injected, counted in the bar, and cleared', async () => {
  const page = await view('#/faults');
  await page.getByLabel('Host').fill('hooks.slack.com');
  await page.getByRole('combobox', { name: 'Fault' }).selectOption('delay');
  await page.getByLabel('Late by (ms)').fill('7000');
  await page.getByLabel('Next requests').fill('3');
  await button(page, 'Inject').click();
  await page.getByRole('row', { name: 'hooks.slack.com is late by 7.00 s 3 of 3' }).waitFor();
  await page.getByRole('link', { name: 'Faults 3 to come' }).waitFor();
  await button(page, 'Clear all').click();
  await page.getByText('None. Requests go their usual way.').waitFor();
  noComplaints();
});

test('where it is narrow, an event takes the place of the list, and Esc leads back', async () => {
  const page = await view('#/events', { width: 400 });
  await page.locator('#event-34').click();
  await page.getByRole('heading', { name: 'track Order Completed' }).waitFor();
  assert.equal(await page.getByRole('listbox').count(), 0);
  await page.keyboard.press('Escape');
  await page.locator('#event-34[aria-selected=true]').waitFor();
  noComplaints();
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 400]) {
    test(`axe finds nothing serious on any view, ${colorScheme}, ${width} pixels wide`, async () => {
      const page = await view('#/events', { colorScheme, width });
      const look = async (what) => assert.deepEqual(await seriousFindings(page), [], what);
      await page.locator('#event-39').waitFor();
      await look('events');
      await page.locator('#event-34').click();
      await page.getByRole('button', { name: /POST secret\.invalid/ }).click();
      await look('an event');
      await page.getByRole('link', { name: 'Run' }).click();
      await button(page, 'Run').click();
      await page.getByRole('heading', { name: 'archive-to-s3' }).waitFor();
      await page.getByText('Settings').click();
      await look('run');
      await page.getByRole('link', { name: 'Cases' }).click();
      await button(page, 'Run all cases').click();
      await page.getByText('passed').first().waitFor();
      await look('cases');
      await page.getByRole('link', { name: 'Faults' }).click();
      await page.getByLabel('Host').waitFor();
      await look('faults');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Keys' }).click();
      await look('keys');
      noComplaints();
    });
  }
}
