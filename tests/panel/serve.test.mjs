// The panel in real Chromium, over the real `segfn serve`.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { launch, open, seriousFindings } from './browser.mjs';
import { environment, root, segfn } from './program.mjs';

const FUNCTIONS = ['redact-emails', 'enrich-orders', 'slack-alerts'];
const ORDER = {
  type: 'track',
  event: 'Order Completed',
  userId: 'u-18',
  properties: { order_id: 'A-110', total: 1250, currency: 'EUR' },
};

let browser;
let slack;
let folder;
let serve;
let url;
let page;
let complaints;

/** What slack-alerts gets for an answer. */
let slackAnswers = 200;

async function startSlack() {
  const server = createServer((request, response) => {
    response.statusCode = slackAnswers;
    request.resume().on('end', () => response.end('ok'));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

before(async () => {
  browser = await launch();
  slack = await startSlack();
  folder = mkdtempSync(join(tmpdir(), 'segfn-serve-'));
  for (const name of FUNCTIONS) cpSync(join(root, 'functions', name), join(folder, name), { recursive: true });
  const settings = { webhookUrl: `http://127.0.0.1:${slack.address().port}/services/T0/B0/XX`, threshold: '1000' };
  writeFileSync(join(folder, 'slack-alerts/settings.json'), JSON.stringify(settings));
  serve = spawn(segfn, ['serve', '.', '--port', '0', '--json'], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  url = await new Promise((resolve, reject) => {
    serve.on('exit', (code) => reject(new Error(`segfn serve ended with ${code}`)));
    createInterface(serve.stdout).on('line', (line) => {
      const told = JSON.parse(line);
      if (told.url) resolve(told.url);
    });
  });
  ({ page, complaints } = await open(browser, `${url}/`));
  await page.getByText('live', { exact: true }).waitFor();
});

after(async () => {
  await browser.close();
  slack.close();
  if (serve.exitCode === null) {
    const ended = new Promise((resolve) => serve.on('exit', resolve));
    serve.kill('SIGINT');
    await ended;
  }
  rmSync(folder, { recursive: true });
});

const button = (name) => page.getByRole('button', { name, exact: true });
const link = (name) => page.getByRole('link', { name });
const list = () => page.getByRole('listbox').getByRole('option');

async function send(event) {
  const answer = await fetch(`${url}/v1/track`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('any-key:')}` },
    body: JSON.stringify(event),
  });
  assert.equal(answer.status, 200);
}

test('without an event, the page says how to send one', async () => {
  await page.getByRole('heading', { name: 'Nothing has arrived yet' }).waitFor();
  await page.getByText(`curl ${url}/v1/track`).waitFor();
});

test('an event appears as it arrives, with its way, and opens with its request and without secrets', async () => {
  await send(ORDER);
  await list().filter({ hasText: 'Order Completed' }).filter({ hasText: 'slack-alerts' }).click();
  await page.getByRole('heading', { name: 'track Order Completed' }).waitFor();
  const step = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'slack-alerts' }) });
  await step.getByText('success').first().waitFor();
  await step.getByRole('button', { name: /^POST/ }).click();
  await step.getByText('[secret webhookUrl]').first().waitFor();
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
  const file = join(folder, 'redact-emails/function.js');
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
  const file = join(folder, 'enrich-orders/function.js');
  const good = readFileSync(file, 'utf8');
  writeFileSync(file, `${good}\nasync function onGroup( {`);
  await link('Events').first().click();
  await page.locator('.broken').getByText('enrich-orders').first().waitFor();
  writeFileSync(file, good);
  await page.locator('.broken').waitFor({ state: 'detached' });
});

test('an event that is to be retried shows why, and is retried now', async () => {
  slackAnswers = 503;
  await send({ ...ORDER, messageId: 'm-2' });
  await list().filter({ hasText: 'retry' }).first().click();
  await page.getByText('Slack answered 503').first().waitFor();
  await page.locator('.failure .frame').getByText('throw new RetryError').waitFor();
  slackAnswers = 200;
  await button('Retry now').click();
  await page.getByText('attempt 2').waitFor();
});

test('axe finds nothing serious, and the page complains of nothing', async () => {
  for (const view of ['Events', 'Run', 'Cases']) {
    await link(view).first().click();
    await page.getByRole('heading', { name: view, level: 1 }).waitFor({ state: 'attached' });
    assert.deepEqual(await seriousFindings(page), [], view);
  }
  assert.deepEqual(complaints, []);
});
