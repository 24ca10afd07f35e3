import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, WebSocketRoute } from 'playwright-core';
import { heard, readThrough, say, shows, systemLine, useBrowser } from '../support/browser.ts';
import { Client } from '../support/client.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let directory: string;
let server: ServerProcess;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-away-'));
  server = await startServer({ DATA_DIR: directory, RATE_LIMIT: 'off' });
});
afterEach(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

/** Has somebody else say so many things. */
async function cry(what: string, count: number): Promise<void> {
  const crier = await Client.welcomed(`${server.wsUrl}/ws`);
  for (let number = 1; number <= count; number++) {
    await crier.ask('message', { channel: 'announcements', text: `${what} ${number}` });
  }
  await crier.close();
}

const said = (page: Page): Promise<string[]> => readThrough(page);

const numbered = (what: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${what} ${from + index}`);

it('shows a newcomer what was said last, and all of it on scrolling up', async () => {
  await cry('news', 60);
  const page = await browser.visit(server.url);
  await heard(page, 'news 60');
  expect(await page.locator('#newer').isVisible()).toBe(false);
  expect(await said(page)).toEqual(numbered('news', 1, 60));
});

it("knows the reader's own messages after a reload", async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await say(page, 'It was me');
  await heard(page, 'It was me');
  await cry('theirs', 1);
  await page.reload();
  expect(await heard(page, 'It was me')).toMatchObject({ own: true });
  expect(await heard(page, 'theirs 1')).toMatchObject({ own: false });
});

it('shows what was said while the line was away, once it is back, after a kill of the server too', async () => {
  const lines: WebSocketRoute[] = [];
  let isCut = false;
  const page = await browser.visit(server.url, {
    before: (fresh) =>
      fresh.routeWebSocket(/\/ws/, (line) => {
        lines.push(line);
        if (isCut) void line.close({ code: 4000, reason: 'gone' });
        else line.connectToServer();
      }),
  });
  await cry('before', 2);
  await heard(page, 'before 2');

  isCut = true;
  await lines[0]?.close({ code: 4000, reason: 'gone' });
  await systemLine(page, 'The connection broke');
  await cry('missed', 70);
  await server.stop('SIGKILL');
  server = await startServer({ PORT: String(server.port), DATA_DIR: directory, RATE_LIMIT: 'off' });
  isCut = false;
  await page.evaluate("window.dispatchEvent(new Event('online'))");

  await heard(page, 'missed 70');
  expect(await said(page)).toEqual([...numbered('before', 1, 2), ...numbered('missed', 1, 70)]);
  expect(await page.locator('#log .system').allTextContents()).toEqual([
    'You are connected to the announcements',
    'The connection broke and will come back by itself',
    'Connected again',
  ]);
});

it('shows what was said during a disconnect by hand', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await page.locator('#toggle').click();
  await shows(page, 'disconnected');
  await cry('meanwhile', 3);
  await page.locator('#toggle').click();
  await heard(page, 'meanwhile 3');
  expect(await said(page)).toEqual(numbered('meanwhile', 1, 3));
});

it('says which messages the server no longer has', async () => {
  await server.stop();
  server = await startServer({ DATA_DIR: directory, RATE_LIMIT: 'off', HISTORY_SIZE: '10' });
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await page.locator('#toggle').click();
  // So much beyond its bound that the server does not wait for its next round to trim.
  await cry('meanwhile', 300);
  await page.locator('#toggle').click();
  await heard(page, 'meanwhile 300');
  const all = await readThrough(page);
  const gap = /^Messages 1–(\d+) are no longer kept$/.exec((await page.locator('#log .gap').textContent()) ?? '');
  expect(all[0]).toBe(`meanwhile ${Number(gap?.[1]) + 1}`);
});

it('says that the history began anew when the server lost it, and shows what there is of the new one', async () => {
  const page = await browser.visit(server.url);
  await cry('old', 3);
  await heard(page, 'old 3');
  await page.locator('#toggle').click();
  await shows(page, 'disconnected');
  await server.stop('SIGKILL');
  await rm(directory, { recursive: true });
  server = await startServer({ PORT: String(server.port), DATA_DIR: directory, RATE_LIMIT: 'off' });
  await cry('new', 2);
  await page.locator('#toggle').click();

  await systemLine(page, 'The history began anew: what was said before is no longer here');
  await heard(page, 'new 2');
  await cry('newer', 1);
  await heard(page, 'newer 1');
  expect(await said(page)).toEqual(['new 1', 'new 2', 'newer 1']);
});
