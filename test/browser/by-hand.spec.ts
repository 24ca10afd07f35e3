import type { Page } from 'playwright-core';
import { heard, say, shows, systemLine, useBrowser } from '../support/browser.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Everything that makes a page come back whose line merely broke. */
const TEMPTATIONS = `
  for (const name of ['offline', 'online', 'pageshow']) window.dispatchEvent(new Event(name));
  for (const name of ['visibilitychange', 'resume']) document.dispatchEvent(new Event(name));
`;

/** The sockets that a page opens from now on. */
function socketsOf(page: Page): string[] {
  const opened: string[] = [];
  page.on('websocket', (socket) => opened.push(socket.url()));
  return opened;
}

it('never comes back by itself after a disconnect by hand', async () => {
  const page = await browser.visit(server.url, { before: (fresh) => fresh.clock.install() });
  await shows(page, 'connected');
  await page.locator('#toggle').click();
  await shows(page, 'disconnected');
  const opened = socketsOf(page);

  await page.evaluate(TEMPTATIONS);
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  await page.locator('#name').fill('Somebody else');
  await page.locator('#name').press('Enter');
  await page.clock.runFor('01:00:00');
  await page.evaluate(TEMPTATIONS);

  await shows(page, 'disconnected');
  expect(opened).toEqual([]);
});

it('stops waiting when one disconnects while it waits', async () => {
  const alone = await startServer();
  const page = await browser.visit(alone.url, { before: (fresh) => fresh.clock.install() });
  await shows(page, 'connected');
  await alone.stop('SIGKILL');
  await shows(page, 'waiting');
  await page.locator('#toggle').click();
  const opened = socketsOf(page);
  await page.clock.runFor('01:00:00');
  await shows(page, 'disconnected');
  expect(opened).toEqual([]);
});

it('connects by hand again, and the button says what it would do', async () => {
  const page = await browser.visit(server.url);
  const toggle = page.locator('#toggle');
  await shows(page, 'connected');
  expect(await toggle.textContent()).toBe('Disconnect');
  await toggle.click();
  await systemLine(page, 'You disconnected');
  expect(await toggle.textContent()).toBe('Connect');
  await toggle.click();
  await systemLine(page, 'Connected again');
  await say(page, 'Back by choice');
  await heard(page, 'Back by choice');
});

it('keeps what one writes while disconnected, and says that it was not sent', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await page.locator('#toggle').click();
  await say(page, 'Not yet');
  await page.getByText('Not connected: nothing was sent, your text stays here').waitFor();
  expect(await page.locator('#text').inputValue()).toBe('Not yet');

  await page.locator('#toggle').click();
  await shows(page, 'connected');
  expect(await page.locator('#hint').textContent()).toBe('');
  await page.locator('#text').press('Enter');
  await heard(page, 'Not yet');
});
