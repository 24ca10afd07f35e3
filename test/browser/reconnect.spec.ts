import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { heard, say, shows, systemLine, useBrowser } from '../support/browser.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;
let data: string;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'belfry-reconnect-'));
  server = await startServer({ DATA_DIR: data });
});
afterEach(async () => {
  await server.stop();
  rmSync(data, { recursive: true });
});

/** The same address and the same data, another process. */
async function restart(): Promise<void> {
  await server.stop('SIGKILL');
  server = await startServer({ PORT: String(server.port), DATA_DIR: data });
}

/** Visits with a clock that the test moves, and with the longest waits that chance allows. */
function visitWithClock(): Promise<Page> {
  return browser.visit(server.url, {
    before: async (fresh) => {
      await fresh.clock.install();
      await fresh.addInitScript('Math.random = () => 0.999');
    },
  });
}

/** Time stands still from here on. */
async function stopClock(page: Page): Promise<void> {
  await page.clock.pauseAt(Date.now() + 1_000);
}

it('comes back by itself after the server was killed and started again', async () => {
  const page = await browser.visit(server.url);
  await systemLine(page, 'You are connected');
  await restart();
  await systemLine(page, 'The connection broke and will come back by itself');
  await systemLine(page, 'Connected again');
  await shows(page, 'connected');
  await say(page, 'Here again');
  expect(await heard(page, 'Here again')).toMatchObject({ own: true });
});

it('tells of a line that comes and goes as of one pause, as long as nothing was said in between', async () => {
  const page = await browser.visit(server.url);
  await systemLine(page, 'You are connected');
  for (let round = 0; round < 3; round += 1) {
    await server.stop('SIGKILL');
    await shows(page, 'waiting');
    server = await startServer({ PORT: String(server.port), DATA_DIR: data });
    // This is about what is told, and not about the waits, which grow.
    await page.evaluate("window.dispatchEvent(new Event('online'))");
    await shows(page, 'connected');
    await systemLine(page, 'Connected again');
  }
  const lines = await page.locator('#log .system').allTextContents();
  expect(lines.filter((line) => /Connected again|broke/.test(line))).toHaveLength(2);
});

it('says how long it waits, longer after each failure but never longer than 20 seconds', async () => {
  const page = await visitWithClock();
  await shows(page, 'connected');
  await stopClock(page);
  await server.stop('SIGKILL');
  for (const seconds of [1, 1, 2, 4, 8, 16, 20, 20]) {
    await page.getByText(`Back in ${seconds} s…`).waitFor();
    await page.clock.runFor((seconds - 1) * 1_000);
    expect(await page.locator('#state').textContent()).toBe('Back in 1 s…');
    await page.clock.runFor(1_000);
  }
});

it.each(['online', 'pageshow'])('comes back at once on the %s event, without waiting any longer', async (event) => {
  const page = await visitWithClock();
  await shows(page, 'connected');
  await stopClock(page);
  await restart();
  await shows(page, 'waiting');
  await page.evaluate(`window.dispatchEvent(new Event('${event}'))`);
  await shows(page, 'connected');
  expect(await page.locator('#state').textContent()).toBe('Connected');
});

it('comes back at once when the tab is visible again, without waiting any longer', async () => {
  const page = await visitWithClock();
  await shows(page, 'connected');
  await stopClock(page);
  await restart();
  await shows(page, 'waiting');
  const turn = (state: string): Promise<unknown> =>
    page.evaluate(`
      Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    `);
  await turn('hidden');
  await shows(page, 'waiting');
  await turn('visible');
  await shows(page, 'connected');
  expect(await page.locator('#state').textContent()).toBe('Connected');
});

it('comes back after the browser was offline', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await page.context().setOffline(true);
  await restart();
  await shows(page, 'waiting');
  await page.context().setOffline(false);
  await shows(page, 'connected');
  await say(page, 'On the air');
  expect(await heard(page, 'On the air')).toMatchObject({ own: true });
});

it('comes back after its tab was frozen while the server went', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await restart();
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await systemLine(page, 'Connected again');
  await say(page, 'Thawed');
  expect(await heard(page, 'Thawed')).toMatchObject({ own: true });
});

it('says in words how the connection stands', async () => {
  const page = await browser.visit(server.url);
  const state = page.locator('#state');
  await shows(page, 'connected');
  expect(await state.textContent()).toBe('Connected');
  await server.stop('SIGKILL');
  await shows(page, 'waiting');
  expect(await state.textContent()).toMatch(/^Back in \d+ s…$/);
  await page.locator('#toggle').click();
  await shows(page, 'disconnected');
  expect(await state.textContent()).toBe('Disconnected');
});
