import type { WebSocketRoute } from 'playwright-core';
import { heard, shows, useBrowser } from '../support/browser.ts';
import { Crier, UNLIMITED } from '../support/crier.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;
let crier: Crier;

beforeEach(async () => {
  server = await startServer({ HISTORY_SIZE: '10', ...UNLIMITED });
  crier = await Crier.at(server);
});
afterEach(async () => {
  await crier.close();
  await server.stop();
});

it('says which messages are no longer kept since the last visit, above the oldest that is', async () => {
  const page = await browser.visit(server.url);
  await crier.cry('read', 2);
  await heard(page, 'read 2');
  await page.goto('about:blank');
  // So much beyond its bound that the server does not wait for its next round to trim.
  await crier.cry('new', 300);
  await page.goto(server.url);
  await shows(page, 'connected');
  await page.locator('#log .gap').waitFor();
  const [, from, to] =
    /^Messages (\d+)–(\d+) are no longer kept$/.exec(await page.locator('#log .gap').innerText()) ?? [];
  const oldest = await page.locator('#log .message').first().getAttribute('data-offset');
  expect(from).toBe('3');
  expect(Number(oldest)).toBe(Number(to) + 1);
});

it('shows a gap where the server tells of one, in the language of the reader', async () => {
  const lines: WebSocketRoute[] = [];
  const page = await browser.visit(server.url, {
    locale: 'zh-CN',
    before: (fresh) =>
      fresh.routeWebSocket(/\/ws/, (line) => {
        lines.push(line);
        line.connectToServer();
      }),
  });
  await crier.cry('before', 1);
  await heard(page, 'before 1');
  const gap = { event: 'gap', data: { channel: 'announcements', from: 2, to: 40 } };
  const after = { channel: 'announcements', offset: 41, from: 'guest', text: 'behind', at: Date.now() };
  lines[0]?.send(JSON.stringify(gap));
  lines[0]?.send(JSON.stringify({ event: 'message', data: after }));
  await heard(page, 'behind');
  expect(await page.locator('#log .gap').allTextContents()).toEqual(['第 2–40 条消息已不再保留']);
  await page.locator('#language').click();
  await page.locator('#log .gap', { hasText: 'Messages 2–40 are no longer kept' }).waitFor();
});
