import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, WebSocketRoute } from 'playwright-core';
import { heard, say, shows, systemLine, useBrowser } from '../support/browser.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let directory: string;
let server: ServerProcess;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-outbox-'));
  server = await startServer({ DATA_DIR: directory });
});
afterEach(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

/** The message that waits, once it does. */
async function waits(page: Page, text: string): Promise<string | null> {
  const line = page.locator('#log [data-waiting]', { hasText: text });
  await line.waitFor();
  return line.textContent();
}

/** How many messages are in the outbox of this browser, on its disk. */
const kept = (page: Page): Promise<number> =>
  page.evaluate(`(async () => {
    let count = 0;
    for (const { name } of await indexedDB.databases()) {
      const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
      const database = await done(indexedDB.open(name));
      count += await done(database.transaction('entries').objectStore('entries').count());
      database.close();
    }
    return count;
  })()`);

/** What the log says, with what waits in it. */
const said = (page: Page): Promise<string[]> => page.locator('#log .text').allTextContents();

/** What the log has according to the server: all of it, since a word of the newcomer's own has come back after it. */
async function saidToNewcomer(): Promise<string[]> {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await say(page, 'the end');
  await heard(page, 'the end');
  return (await said(page)).filter((text) => text !== 'the end');
}

/** Waits until the outbox holds so many messages. */
async function keeps(page: Page, count: number): Promise<void> {
  while ((await kept(page)) !== count) await page.waitForTimeout(20);
}

it('shows a message that was written without a line as waiting, and says it once when the line is back', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await server.stop('SIGKILL');
  await shows(page, 'waiting');
  await say(page, 'Patience');
  expect(await waits(page, 'Patience')).toBe('Patiencewaiting');
  await page.getByRole('group', { name: 'Not sent yet' }).waitFor();
  expect(await page.locator('#text').inputValue()).toBe('');

  server = await startServer({ PORT: String(server.port), DATA_DIR: directory });
  expect(await heard(page, 'Patience')).toMatchObject({ own: true });
  await keeps(page, 0);
  expect(await page.locator('#log [data-waiting], #outbox:not([hidden])').count()).toBe(0);
  expect(await said(page)).toEqual(['Patience']);
  expect(await saidToNewcomer()).toEqual(['Patience']);
});

it('sends what a closed tab had left unsent, once, and as the same person', async () => {
  const held: WebSocketRoute[] = [];
  const page = await browser.visit(server.url, {
    before: (fresh) => fresh.routeWebSocket(/\/ws/, (line) => void held.push(line)),
  });
  await shows(page, 'connecting');
  for (const text of ['Left', 'behind']) await say(page, text);
  await waits(page, 'behind');
  await keeps(page, 2);
  await page.close();

  const next = await page.context().newPage();
  await next.goto(server.url);
  for (const text of ['Left', 'behind']) expect(await heard(next, text)).toMatchObject({ own: true });
  await keeps(next, 0);
  expect(await said(next)).toEqual(['Left', 'behind']);
  expect(await saidToNewcomer()).toEqual(['Left', 'behind']);
});

it('says a message once whose answer was lost, without a word about it', async () => {
  let lines = 0;
  const page = await browser.visit(server.url, {
    before: (fresh) =>
      fresh.routeWebSocket(/\/ws/, (line) => {
        const isFirst = ++lines === 1;
        const toServer = line.connectToServer();
        toServer.onMessage((frame) => {
          const isAnswer =
            /"event":"(ack|message)"/.test(frame.toString()) && !frame.toString().includes('"recovered"');
          if (isFirst && isAnswer) void line.close({ code: 4000, reason: 'gone' });
          else line.send(frame);
        });
      }),
  });
  await shows(page, 'connected');
  await say(page, 'Once only');
  expect(await heard(page, 'Once only')).toMatchObject({ own: true });
  await keeps(page, 0);
  expect(lines).toBe(2);
  expect(await said(page)).toEqual(['Once only']);
  expect(await saidToNewcomer()).toEqual(['Once only']);
});

it('gives back a message of an earlier tab that the server refuses now', async () => {
  const page = await browser.visit(server.url, {
    before: (fresh) => fresh.routeWebSocket(/\/ws/, () => undefined),
  });
  await say(page, 'Ding');
  await keeps(page, 1);
  await page.close();

  const next = await page.context().newPage();
  await next.routeWebSocket(/\/ws/, (line) => {
    const toServer = line.connectToServer();
    line.onMessage((frame) => {
      const { event, id }: { event: string; id: number } = JSON.parse(frame.toString());
      const data = { code: 'forbidden', message: 'Only the mayor may ring this bell.', temporary: false };
      if (event === 'message') line.send(JSON.stringify({ event: 'error', id, data }));
      else toServer.send(frame);
    });
  });
  await next.goto(server.url);
  await systemLine(next, 'Only the mayor may ring this bell.');
  expect(await next.locator('#text').inputValue()).toBe('Ding');
  await keeps(next, 0);
});

it('works where the browser forbids databases', async () => {
  const page = await browser.visit(server.url, {
    before: (fresh) =>
      fresh.addInitScript(`
        IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); };
      `),
  });
  await shows(page, 'connected');
  await say(page, 'Still here');
  expect(await heard(page, 'Still here')).toMatchObject({ own: true });
  expect(await page.locator('#log .system').count()).toBe(1);
});
