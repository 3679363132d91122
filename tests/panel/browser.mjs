// The browser of the tests, driven by Playwright. scripts/provide-chromium brings it.

import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './program.mjs';

const require = createRequire(join(root, 'js/package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Longer than anything takes, on a busy machine too. */
const PATIENCE = 30_000;

export async function launch() {
  const installed = join(root, 'tests/.chromium');
  const executablePath = process.env.SEGFN_CHROMIUM ?? join(installed, 'chromium');
  if (!existsSync(executablePath)) throw new Error('there is no browser: scripts/provide-chromium brings it');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu'],
    env: { ...process.env, LD_LIBRARY_PATH: join(installed, 'lib') },
  });
}

/** A page that fails the test by what it says on its console, such as a breach of the Content-Security-Policy. */
export async function open(browser, url, { width = 1280, height = 800, colorScheme = 'light', ...more } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'en-US', ...more });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // That an answer was refused is what some tests are about.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

/** What axe finds serious on the page, as `RULE: SELECTORS`. */
export async function seriousFindings(page) {
  const { violations } = await page.evaluate(`(() => { ${axe}; return axe.run() })()`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`,
    );
}
