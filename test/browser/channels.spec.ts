import type { Page } from 'playwright-core';
import { heard, say, shows, systemLine, titled, useBrowser } from '../support/browser.ts';
import { Client } from '../support/client.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Adds a channel by its name, as a reader does. */
async function add(page: Page, name: string): Promise<void> {
  await page.locator('#add-name').fill(name);
  await page.locator('#add-name').press('Enter');
}

const names = (page: Page): Promise<string[]> => page.locator('.channel-name').allTextContents();

const entry = (page: Page, name: string) => page.locator(`#channel-list li[data-channel="${name}"]`);

it('adds a channel, shows it, and keeps what is said in each apart', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await say(page, 'to everybody');
  await heard(page, 'to everybody');
  await add(page, 'apart-1');
  await systemLine(page, 'You are connected to apart-1');
  expect(await page.locator('#channel').textContent()).toBe('apart-1');
  await say(page, 'to the room');
  await heard(page, 'to the room');
  expect(await page.locator('#log .text').allTextContents()).toEqual(['to the room']);

  await entry(page, 'announcements').locator('a').click();
  await heard(page, 'to everybody');
  expect(await page.locator('#log .text').allTextContents()).toEqual(['to everybody']);
});

it('names the channel in the address, so that it can be linked to, and follows Back', async () => {
  const page = await browser.visit(`${server.url}/#linked-1`);
  await systemLine(page, 'You are connected to linked-1');
  await add(page, 'linked-2');
  await systemLine(page, 'You are connected to linked-2');
  expect(new URL(page.url()).hash).toBe('#linked-2');
  await page.goBack();
  await page.locator('h1', { hasText: 'linked-1' }).waitFor();
  expect(await entry(page, 'linked-1').locator('a').getAttribute('aria-current')).toBe('page');
});

it('remembers the channels for the next visit, the announcements first, until one is left', async () => {
  const page = await browser.visit(server.url);
  await add(page, 'kept');
  await add(page, 'left');
  await page.goto(`${server.url}/#announcements`);
  await page.reload();
  await entry(page, 'left').waitFor();
  expect(await names(page)).toEqual(['Announcements', 'kept', 'left']);

  await entry(page, 'left').hover();
  await page.getByRole('button', { name: 'Leave left' }).click();
  await entry(page, 'left').waitFor({ state: 'detached' });
  await page.reload();
  await entry(page, 'kept').waitFor();
  expect(await names(page)).toEqual(['Announcements', 'kept']);
});

it('goes back to the announcements when one leaves the channel that is shown', async () => {
  const page = await browser.visit(`${server.url}/#short`);
  await systemLine(page, 'You are connected to short');
  await entry(page, 'short').hover();
  await page.getByRole('button', { name: 'Leave short' }).click();
  await page.locator('h1', { hasText: 'Announcements' }).waitFor();
  expect(new URL(page.url()).hash).toBe('#announcements');
});

it.each(['two words', '公告', 'a'.repeat(129)])('says how channels may be called when %s is none', async (name) => {
  const page = await browser.visit(server.url);
  await add(page, name);
  await page.locator('#add-hint', { hasText: 'A name has 1 to 128 of A–Z a–z 0–9 _ . : -' }).waitFor();
  expect(await page.locator('#add-name').getAttribute('aria-invalid')).toBe('true');
  expect(await names(page)).toEqual(['Announcements']);
});

it('counts what is new in the other channels, and no longer once it was read', async () => {
  const page = await browser.visit(`${server.url}/#counted`);
  await systemLine(page, 'You are connected to counted');
  await entry(page, 'announcements').locator('a').click();
  const crier = await Client.welcomed(`${server.wsUrl}/ws`);
  for (const text of ['one', 'two', 'three']) await crier.ask('message', { channel: 'counted', text });
  await entry(page, 'counted').locator('.badge', { hasText: '3' }).waitFor();
  await titled(page, '(3) Announcements');
  await entry(page, 'counted').locator('a').click();
  await heard(page, 'three');
  await entry(page, 'counted').locator('.badge').waitFor({ state: 'detached' });
  await titled(page, 'counted');
  expect(await page.locator('.badge:visible').count()).toBe(0);
  await crier.close();
});

it('keeps what one was writing to the channel that it was meant for', async () => {
  const page = await browser.visit(`${server.url}/#draft`);
  await systemLine(page, 'You are connected to draft');
  await page.locator('#text').fill('not finis');
  await entry(page, 'announcements').locator('a').click();
  await page.locator('h1', { hasText: 'Announcements' }).waitFor();
  expect(await page.locator('#text').inputValue()).toBe('');
  await entry(page, 'draft').locator('a').click();
  await page.locator('h1', { hasText: 'draft' }).waitFor();
  expect(await page.locator('#text').inputValue()).toBe('not finis');
});

it('says in words why a channel cannot be read, and goes on with the others', async () => {
  const page = await browser.visit(server.url, {
    locale: 'zh-CN',
    before: (fresh) =>
      fresh.routeWebSocket(/\/ws/, (line) => {
        const toServer = line.connectToServer();
        line.onMessage((frame) => {
          const { event, id, data }: { event: string; id: number; data?: { channel?: string } } = JSON.parse(
            frame.toString(),
          );
          const refusal = { code: 'forbidden', message: 'You are not allowed to do this here.', temporary: false };
          if (event === 'join' && data?.channel === 'secret') {
            line.send(JSON.stringify({ event: 'error', id, data: refusal }));
          } else toServer.send(frame);
        });
      }),
  });
  await shows(page, 'connected');
  await add(page, 'secret');
  await systemLine(page, '你不能阅读 secret：你没有这样做的权限。');
  await shows(page, 'connected');
  await entry(page, 'announcements').locator('a').click();
  await say(page, '还在');
  expect(await heard(page, '还在')).toMatchObject({ own: true });
});
