import type { Page } from 'playwright-core';
import { heard, say, shows, useBrowser } from '../support/browser.ts';
import { Client } from '../support/client.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;
let crier: Client;

beforeEach(async () => {
  server = await startServer();
  crier = await Client.welcomed(`${server.wsUrl}/ws?name=Ann`);
});
afterEach(async () => {
  await crier.close();
  await server.stop();
});

/** A browser without a screen shows no notifications: this notes what would be asked and shown. */
const stub = (answer: string) => (page: Page) =>
  page.addInitScript(`
    window.notes = [];
    window.asked = 0;
    window.Notification = class {
      static permission = sessionStorage.answer ?? 'default';
      static async requestPermission() {
        window.asked++;
        return (sessionStorage.answer = Notification.permission = '${answer}');
      }
      constructor(title, { body, tag }) { window.notes.push({ title, body, tag }); }
      addEventListener() {}
    };
  `);

const notes = (page: Page): Promise<unknown> => page.evaluate('window.notes');

const hide = (page: Page, isHidden: boolean): Promise<unknown> =>
  page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true })`);

it('asks for nothing and shows nothing by itself', async () => {
  const page = await browser.visit(server.url, { before: stub('granted') });
  await shows(page, 'connected');
  await hide(page, true);
  await crier.ask('message', { channel: 'announcements', text: 'Ding' });
  await heard(page, 'Ding');
  expect(await notes(page)).toEqual([]);
  expect(await page.evaluate('window.asked')).toBe(0);
});

it('notifies of what others say while the page is hidden, once somebody asked for it, until they stop it', async () => {
  const page = await browser.visit(server.url, { before: stub('granted') });
  await shows(page, 'connected');
  await page.getByRole('button', { name: 'Notify me' }).click();
  await crier.ask('message', { channel: 'announcements', text: 'in sight' });
  await heard(page, 'in sight');
  await hide(page, true);
  await crier.ask('message', { channel: 'announcements', text: 'out of sight' });
  await heard(page, 'out of sight');
  await say(page, 'my own');
  await heard(page, 'my own');
  const expected = [{ title: 'Ann in Announcements', body: 'out of sight', tag: 'announcements' }];
  expect(await notes(page)).toEqual(expected);

  await hide(page, false);
  await page.getByRole('button', { name: 'Stop notifying me' }).click();
  await hide(page, true);
  await crier.ask('message', { channel: 'announcements', text: 'unasked' });
  await heard(page, 'unasked');
  expect(await notes(page)).toEqual(expected);
});

it('remembers the wish for the next visit', async () => {
  const page = await browser.visit(server.url, { before: stub('granted') });
  await page.getByRole('button', { name: 'Notify me' }).click();
  await page.reload();
  await page.getByRole('button', { name: 'Stop notifying me' }).waitFor();
  expect(await page.evaluate('window.asked')).toBe(0);
});

it('says so when the browser blocks notifications', async () => {
  const page = await browser.visit(server.url, { before: stub('denied') });
  await page.getByRole('button', { name: 'Notify me' }).click();
  const button = page.getByRole('button', { name: 'Notifications are blocked' });
  await button.waitFor();
  expect(await button.isDisabled()).toBe(true);
});
