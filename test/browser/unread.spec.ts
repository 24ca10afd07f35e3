import type { Page } from 'playwright-core';
import { heard, say, shows, titled, useBrowser } from '../support/browser.ts';
import { Crier, UNLIMITED } from '../support/crier.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;
let crier: Crier;

beforeEach(async () => {
  server = await startServer({ ...UNLIMITED });
  crier = await Crier.at(server);
});
afterEach(async () => {
  await crier.close();
  await server.stop();
});

/** The message below the line, once there is a line. */
async function belowLine(page: Page): Promise<string | null> {
  const row = page.locator('#log .row', { has: page.locator('.unread-line') });
  await row.waitFor();
  return row.locator('.text').textContent();
}

const hide = (page: Page, isHidden: boolean): Promise<unknown> =>
  page.evaluate(`
    Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  `);

it('draws a line where one left off at the last visit, and begins there', async () => {
  const page = await browser.visit(server.url);
  await crier.cry('read', 3);
  await heard(page, 'read 3');
  await page.goto('about:blank');
  await crier.cry('new', 40);
  await page.goto(server.url);
  expect(await belowLine(page)).toBe('new 1');
  await page.locator('#log .text', { hasText: /^read 3$/ }).waitFor();
  await page.locator('#newer', { hasText: 'new messages' }).waitFor();
});

it('shows the end when everything new fits on the screen, with the line above it', async () => {
  const page = await browser.visit(server.url);
  await crier.cry('read', 30);
  await heard(page, 'read 30');
  await page.goto('about:blank');
  await crier.cry('new', 2);
  await page.goto(server.url);
  await heard(page, 'new 2');
  expect(await belowLine(page)).toBe('new 1');
  expect(await page.locator('#newer').isVisible()).toBe(false);
});

it('loads as much of the past as it takes to reach the line', async () => {
  const page = await browser.visit(server.url);
  await crier.cry('read', 2);
  await heard(page, 'read 2');
  await page.goto('about:blank');
  await crier.cry('new', 250);
  await page.goto(server.url);
  expect(await belowLine(page)).toBe('new 1');
});

it('draws none for a newcomer', async () => {
  await crier.cry('old', 5);
  const page = await browser.visit(server.url);
  await heard(page, 'old 5');
  expect(await page.locator('.unread-line').count()).toBe(0);
});

it('draws one above what was said while the page could not be seen', async () => {
  const page = await browser.visit(server.url);
  await crier.cry('seen', 2);
  await heard(page, 'seen 2');
  await hide(page, true);
  await crier.cry('unseen', 2);
  await titled(page, '(2) Announcements');
  await hide(page, false);
  expect(await belowLine(page)).toBe('unseen 1');
  await titled(page, 'Announcements');
});

it("takes the line away with one's own answer", async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await crier.cry('seen', 1);
  await heard(page, 'seen 1');
  await hide(page, true);
  await crier.cry('unseen', 1);
  await heard(page, 'unseen 1');
  await hide(page, false);
  await belowLine(page);
  await say(page, 'an answer');
  await heard(page, 'an answer');
  await page.locator('.unread-line').waitFor({ state: 'detached' });
  expect(await page.locator('#log .text').count()).toBe(3);
});
