import type { Page } from 'playwright-core';
import { heard, readThrough, shows, useBrowser } from '../support/browser.ts';
import { Client } from '../support/client.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer({ RATE_LIMIT: 'off', FRAME_RATE: 'off', BYTE_RATE: 'off' });
  const crier = await Client.welcomed(`${server.wsUrl}/ws`);
  for (let number = 1; number < 250; number++) {
    crier.send({ event: 'message', data: { channel: 'announcements', text: `news ${number}` } });
  }
  await crier.ask('message', { channel: 'announcements', text: 'news 250' });
  await crier.close();
});
afterAll(() => server.stop());

/** Where the message with this text is on the screen, in px. */
async function topOf(page: Page, text: string): Promise<number> {
  const box = await page.locator('#log .text', { hasText: new RegExp(`^${text}$`) }).boundingBox();
  return box?.y ?? NaN;
}

it('loads what was said before on scrolling up, page by page, up to the beginning', async () => {
  const asked: number[] = [];
  const page = await browser.visit(server.url, {
    before: async (fresh) =>
      fresh.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => {
          const { event, data }: { event: string; data: { limit: number } } = JSON.parse(String(payload));
          if (event === 'history') asked.push(data.limit);
        }),
      ),
  });
  await heard(page, 'news 250');
  expect(await readThrough(page)).toEqual(Array.from({ length: 250 }, (_each, index) => `news ${index + 1}`));
  expect(asked).toEqual([100, 100, 100]);
  expect(await page.locator('#edge').textContent()).toBe('The beginning of what is kept');
});

it('keeps the place of whoever reads while older messages come in above', async () => {
  const answers: Array<() => void> = [];
  const page = await browser.visit(server.url, {
    before: (fresh) =>
      fresh.routeWebSocket(/\/ws/, (line) => {
        const toServer = line.connectToServer();
        let asked = 0;
        line.onMessage((frame) => {
          const isLater = frame.toString().includes('"event":"history"') && ++asked > 1;
          if (isLater) answers.push(() => toServer.send(frame));
          else toServer.send(frame);
        });
      }),
  });
  await heard(page, 'news 250');
  await page.evaluate("document.querySelector('#log').scrollTop = 300");
  await page.locator('#edge', { hasText: 'Loading what was said before…' }).waitFor();
  const text = await page.locator('#log .text').nth(10).textContent();
  const before = await topOf(page, String(text));
  for (const answer of answers) answer();
  await page.locator('#edge[data-top="more"]').waitFor({ state: 'attached' });
  expect(Math.abs((await topOf(page, String(text))) - before)).toBeLessThan(2);
});

it('parts the days, and tells the full date of each message', async () => {
  const page = await browser.visit(server.url, {
    before: (fresh) => fresh.clock.install({ time: Date.now() + 2 * 86_400_000 }),
  });
  await heard(page, 'news 250');
  await readThrough(page);
  const day = new Intl.DateTimeFormat('en-US', { dateStyle: 'full' }).format(Date.now());
  expect(await page.locator('#log .day').allTextContents()).toEqual([day]);
  expect(await page.locator('#log time').first().getAttribute('title')).toMatch(new RegExp(`^${day} at `));
});

it('says so when there is nothing yet', async () => {
  const page = await browser.visit(`${server.url}/#empty`);
  await shows(page, 'connected');
  await page.getByText('Nothing has been said yet').waitFor();
  expect(await page.locator('#log .message').count()).toBe(0);
});
