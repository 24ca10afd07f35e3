import type { Page } from 'playwright-core';
import { heard, say, shows, systemLine, useBrowser } from '../support/browser.ts';
import type { Visit } from '../support/browser.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const PHONE: Visit = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

const browser = useBrowser();
let server: ServerProcess;

beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

/** What can be touched and is smaller than a finger, with its size. Links in a text are as high as its lines. */
const tooSmall = (page: Page): Promise<string[]> =>
  page.evaluate(`
    [...document.querySelectorAll('button, input, textarea, .channel')].flatMap((element) => {
      if (!element.checkVisibility({ visibilityProperty: true })) return [];
      const { width, height } = (element.matches('textarea') ? element.form : element).getBoundingClientRect();
      return width >= 44 && height >= 44 ? [] : [element.id + ' ' + element.className + ' ' + width + 'x' + height];
    })
  `);

it('has the channels in a sheet, which goes away when one was chosen', async () => {
  const page = await browser.visit(`${server.url}/#room-1`, PHONE);
  await systemLine(page, 'You are connected to room-1');
  await page.getByRole('button', { name: 'Channels' }).tap();
  await page.locator('#channels a', { hasText: 'Announcements' }).tap();
  await page.locator('#channels').waitFor({ state: 'hidden' });
  expect(await page.locator('h1').textContent()).toBe('Announcements');
});

it('closes the sheet with Escape, and with a touch beside it', async () => {
  const page = await browser.visit(server.url, PHONE);
  const opener = page.getByRole('button', { name: 'Channels' });
  const sheet = page.locator('#channels');
  await opener.tap();
  await sheet.waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'hidden' });
  await opener.tap();
  await sheet.waitFor();
  await page.touchscreen.tap(350, 400);
  await sheet.waitFor({ state: 'hidden' });
  expect(await opener.isVisible()).toBe(true);
});

it('shows at the button of the sheet that something is new elsewhere', async () => {
  const [page, other] = await Promise.all([
    browser.visit(`${server.url}/#room-1`, PHONE),
    browser.visit(server.url, { viewport: { width: 1_000, height: 700 } }),
  ]);
  await Promise.all([shows(page, 'connected'), shows(other, 'connected')]);
  await say(other, 'Ding');
  await page.getByRole('button', { name: 'Channels, 1 unread' }).waitFor();
  expect(await page.locator('#elsewhere').textContent()).toBe('1');
});

it('can be used with a finger: nothing is smaller than 44 pixels, sheet and all', async () => {
  const page = await browser.visit(`${server.url}/#room-1`, PHONE);
  await shows(page, 'connected');
  await say(page, 'a word');
  await heard(page, 'a word');
  expect(await tooSmall(page)).toEqual([]);
  await page.getByRole('button', { name: 'Channels' }).tap();
  expect(await tooSmall(page)).toEqual([]);
});

it('keeps the last message in sight when the keyboard takes half of the screen', async () => {
  const page = await browser.visit(server.url, PHONE);
  await shows(page, 'connected');
  for (let number = 1; number <= 15; number++) await say(page, `line ${number}`);
  await heard(page, 'line 15');
  await page.setViewportSize({ width: 360, height: 320 });
  const text = page.locator('#log .text', { hasText: /^line 15$/ });
  const bottom = async (): Promise<number> => {
    const box = await text.boundingBox();
    return box ? box.y + box.height : Infinity;
  };
  while ((await bottom()) > 320) await page.waitForTimeout(20);
  expect(await page.locator('#newer').isVisible()).toBe(false);
});

it('does not open the keyboard over a page that nobody has read yet', async () => {
  const page = await browser.visit(server.url, PHONE);
  await shows(page, 'connected');
  expect(await page.evaluate('document.activeElement.id')).toBe('');
});
