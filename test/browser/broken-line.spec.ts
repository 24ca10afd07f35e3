import type { Page, WebSocketRoute } from 'playwright-core';
import { heard, say, shows, systemLine, useBrowser } from '../support/browser.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;

// One for each test: whoever comes to a server sees what was said there before.
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

/** A line between a page and the real server that the test can tamper with. */
interface Tampered {
  readonly page: Page;
  /** Every connection so far, the newest last. */
  readonly lines: readonly WebSocketRoute[];
}

/**
 * @param tamper decides what becomes of a frame of the page; true when it goes on to the server as it is
 */
async function visitTampered(tamper: (frame: string, line: WebSocketRoute) => boolean): Promise<Tampered> {
  const lines: WebSocketRoute[] = [];
  const page = await browser.visit(server.url, {
    before: async (fresh) => {
      await fresh.clock.install();
      await fresh.routeWebSocket(/\/ws/, (line) => {
        lines.push(line);
        const toServer = line.connectToServer();
        line.onMessage((frame) => {
          if (tamper(frame.toString(), line)) toServer.send(frame);
        });
      });
    },
  });
  await shows(page, 'connected');
  return { page, lines };
}

const isPublication = (frame: string): boolean => frame.includes('"event":"message"');

it('sends a message again under the same key when the line breaks before the answer', async () => {
  const keys: unknown[] = [];
  const { page } = await visitTampered((frame, line) => {
    if (!isPublication(frame)) return true;
    const { data }: { data: { key: string } } = JSON.parse(frame);
    keys.push(data.key);
    if (keys.length === 1) void line.close({ code: 4000, reason: 'gone' });
    return keys.length > 1;
  });
  await say(page, 'Once only');
  await systemLine(page, 'Connected again');
  await heard(page, 'Once only');
  await say(page, 'Another one');
  await heard(page, 'Another one');
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(2);
});

it("shows the server's reason when a message is refused, and gives it back before what was written since", async () => {
  const { page } = await visitTampered((frame, line) => {
    if (!isPublication(frame)) return true;
    const { id }: { id: number } = JSON.parse(frame);
    const data = { code: 'forbidden', message: 'Only the mayor may ring this bell.', temporary: false };
    void page
      .locator('#text')
      .fill('and more')
      .then(() => line.send(JSON.stringify({ event: 'error', id, data })));
    return false;
  });
  await say(page, 'Ding');
  await systemLine(page, 'Your message was not accepted: Only the mayor may ring this bell.');
  expect(await page.locator('#text').inputValue()).toBe('Ding\nand more');
  await shows(page, 'connected');
});

it('notices a line that is dead although nobody closed it', async () => {
  let isDead = false;
  const { page, lines } = await visitTampered(() => !isDead);
  isDead = true;
  await page.clock.fastForward(25_000);
  await shows(page, 'connected');
  await page.clock.fastForward(10_000);
  await systemLine(page, 'The connection broke and will come back by itself');
  isDead = false;
  await systemLine(page, 'Connected again');
  expect(lines).toHaveLength(2);
});

it('stays away when the server says so, tells why, and leaves coming back to the reader', async () => {
  const { page, lines } = await visitTampered(() => true);
  await lines[0]?.close({ code: 4501, reason: 'removed by an operator' });
  await systemLine(
    page,
    'The server ended the connection: an operator has removed you. Connect again if that was a mistake.',
  );
  await shows(page, 'disconnected');
  expect(await page.locator('#state').textContent()).toBe('Removed');
  await page.evaluate("window.dispatchEvent(new Event('online'))");
  await page.clock.runFor('01:00:00');
  expect(lines).toHaveLength(1);

  await page.locator('#toggle').click();
  await systemLine(page, 'Connected again');
});

it('sends what was entered while connecting as soon as it is connected', async () => {
  const held: WebSocketRoute[] = [];
  const page = await browser.visit(server.url, {
    before: (fresh) => fresh.routeWebSocket(/\/ws/, (line) => void held.push(line)),
  });
  await shows(page, 'connecting');
  await say(page, 'As soon as you can');
  await page.getByText('Will be sent as soon as you are connected').waitFor();
  await page.locator('#log [data-waiting]', { hasText: 'As soon as you can' }).waitFor();
  held[0]?.connectToServer();
  await heard(page, 'As soon as you can');
  expect(await page.locator('#hint').textContent()).toBe('');
});
