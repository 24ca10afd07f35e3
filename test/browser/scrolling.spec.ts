import type { Page } from 'playwright-core';
import { heard, say, shows, useBrowser } from '../support/browser.ts';
import { Client } from '../support/client.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;
let crier: Client;

// One for each test: whoever comes to a server sees what was said there before.
beforeEach(async () => {
  server = await startServer({ RATE_LIMIT: 'off', FRAME_RATE: 'off', BYTE_RATE: 'off' });
  crier = await Client.welcomed(`${server.wsUrl}/ws`);
});
afterEach(async () => {
  await crier.close();
  await server.stop();
});

/** Has somebody say so many things. */
async function cry(count: number, what: string): Promise<void> {
  for (let number = 1; number < count; number++) {
    crier.send({ event: 'message', data: { channel: 'announcements', text: `${what} ${number}` } });
  }
  await crier.ask('message', { channel: 'announcements', text: `${what} ${count}` });
}

/** The same, and waits until the page shows the last of them. */
async function cryTo(page: Page, count: number, what: string): Promise<void> {
  await cry(count, what);
  await heard(page, `${what} ${count}`);
}

/** What is at the upper edge, and how far it is from there. */
const atEdge = (page: Page): Promise<{ text: string; above: number }> =>
  page.evaluate(`{
    const { top } = document.querySelector('#log').getBoundingClientRect();
    const row = [...document.querySelectorAll('#log .row')].find((row) => row.getBoundingClientRect().bottom > top);
    ({ text: row.textContent, above: Math.round(row.getBoundingClientRect().top - top) });
  }`);

/** Scrolls there, and waits until the page has taken it in and leaves it so. */
const scrollTo = (page: Page, top: number): Promise<unknown> =>
  page.evaluate(`(async () => {
    const log = document.querySelector('#log');
    do {
      log.scrollTop = ${top};
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    } while (Math.abs(log.scrollTop - ${top}) > 1);
  })()`);

/** How far the log is scrolled from its top and from its end. */
const place = (page: Page): Promise<{ top: number; end: number }> =>
  page.evaluate(`{
    const { scrollTop, scrollHeight, clientHeight } = document.querySelector('#log');
    ({ top: scrollTop, end: Math.round(scrollHeight - scrollTop - clientHeight) });
  }`);

it('follows along while one reads at the end', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await cryTo(page, 60, 'news');
  expect(await place(page)).toMatchObject({ end: 0 });
  expect(await page.locator('#newer').isVisible()).toBe(false);
});

it('leaves one in peace who has scrolled back, and offers the way to what is new', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await cryTo(page, 60, 'old');
  await scrollTo(page, 700);
  const before = await atEdge(page);
  await cry(3, 'new');

  const newer = page.getByRole('button', { name: '3 new messages' });
  await newer.waitFor();
  expect(await atEdge(page)).toEqual(before);
  await newer.click();
  expect(await place(page)).toMatchObject({ end: 0 });
  await newer.waitFor({ state: 'hidden' });
  expect(await page.evaluate('document.activeElement.id')).toBe('log');
});

it('withdraws the offer when one scrolls down without it', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await cryTo(page, 60, 'old');
  await scrollTo(page, 0);
  await cry(1, 'new');
  await page.locator('#newer').waitFor();
  await page.locator('#log').focus();
  await page.keyboard.press('End');
  await page.locator('#newer').waitFor({ state: 'hidden' });
  expect(await place(page)).toMatchObject({ end: 0 });
});

it("goes to the end for one's own message", async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await cryTo(page, 60, 'old');
  await scrollTo(page, 0);
  await say(page, 'Here I am');
  await heard(page, 'Here I am');
  expect(await place(page)).toMatchObject({ end: 0 });
});
