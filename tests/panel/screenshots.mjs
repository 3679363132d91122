// Pictures of every view in light and dark, wide and narrow, for whoever changes the panel to look at:
//   node tests/panel/screenshots.mjs FOLDER

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, open } from './browser.mjs';
import { start } from './stand-in.mjs';

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
    before: async ({ folder }) => {
      const { readFileSync, writeFileSync } = await import('node:fs');
      const file = join(folder, 'functions/redact-emails/function.js');
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

const only = process.argv.slice(3);
const server = await start();
const browser = await launch();
for (const [name, { at, before, after }] of Object.entries(SHOTS)) {
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
await browser.close();
await server.close();
