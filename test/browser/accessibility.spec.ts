import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { heard, say, shows, stylesOf, useBrowser } from '../support/browser.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;

// One for each test: whoever comes to a server sees what was said there before.
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

/** What axe finds wrong with the page as it stands. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results: AxeResults = await page.evaluate('axe.run()');
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Fills the page with one of everything that it can show. */
async function furnish(page: Page): Promise<void> {
  const other = await browser.visit(server.url);
  await Promise.all([shows(page, 'connected'), shows(other, 'connected')]);
  for (const name of ['Ann', 'Bob', '林晓', '王小明', 'Eve', 'Tom', 'Zoë', 'Kim']) {
    await other.locator('#name').fill(name);
    await other.locator('#name').press('Enter');
    await say(other, `${name} speaking`);
    await heard(page, `${name} speaking`);
  }
  await say(page, 'my own');
  await heard(page, 'my own');
  await page.evaluate("document.querySelector('#log').scrollTop = 0");
  await say(other, 'below the edge');
  await page.locator('#newer').waitFor();
  await page.locator('#text').fill('w'.repeat(4_000));
}

const themes = ['light', 'dark'] as const;
const locales = ['zh-CN', 'en-US'] as const;
const combinations = themes.flatMap((colorScheme) => locales.map((locale) => ({ colorScheme, locale })));

it.each(combinations)('axe finds nothing in $colorScheme, $locale: connected', async (setting) => {
  const page = await browser.visit(server.url, { ...setting, viewport: { width: 390, height: 500 } });
  await shows(page, 'connected');
  expect(await violations(page)).toEqual([]);
  await furnish(page);
  expect(await violations(page)).toEqual([]);
});

it.each(combinations)(
  'axe finds nothing in $colorScheme, $locale: disconnected, and the text too long',
  async (setting) => {
    const page = await browser.visit(server.url, setting);
    await shows(page, 'connected');
    await page.locator('#toggle').click();
    await say(page, 'not sent');
    expect(await violations(page)).toEqual([]);
    await say(page, 'w'.repeat(5_000));
    expect(await violations(page)).toEqual([]);
  },
);

it.each(themes)('axe finds nothing in %s while it waits', async (colorScheme) => {
  const alone = await startServer();
  const page = await browser.visit(alone.url, { colorScheme, before: (fresh) => fresh.clock.install() });
  await shows(page, 'connected');
  await page.clock.pauseAt(Date.now() + 60_000);
  await alone.stop('SIGKILL');
  await shows(page, 'waiting');
  await page.clock.resume();
  await say(page, 'not sent yet');
  await page.locator('#log [data-waiting]').waitFor();
  expect(await violations(page)).toEqual([]);
});

it('is light or dark as the reader likes it', async () => {
  const grounds = themes.map(async (colorScheme) => {
    const page = await browser.visit(server.url, { colorScheme });
    const [colour = ''] = await stylesOf(page, 'body', 'backgroundColor');
    return Number(/\d+/.exec(colour));
  });
  const [light, dark] = await Promise.all(grounds);
  expect(light).toBeGreaterThan(200);
  expect(dark).toBeLessThan(60);
});

const animation = (page: Page): Promise<string> =>
  page.evaluate("getComputedStyle(document.querySelector('#state'), '::before').animationName");

it('holds still for a reader who asked for less motion', async () => {
  const visit = { before: (page: Page) => page.routeWebSocket(/\/ws/, () => undefined) };
  const lively = await browser.visit(server.url, { ...visit, reducedMotion: 'no-preference' });
  const still = await browser.visit(server.url, { ...visit, reducedMotion: 'reduce' });
  await Promise.all([shows(lively, 'connecting'), shows(still, 'connecting')]);
  expect(await animation(lively)).not.toBe('none');
  expect(await animation(still)).toBe('none');
});

it.each([
  [360, 640],
  [390, 844],
  [1_100, 760],
])('fits a screen of %i by %i without scrolling the page', async (width, height) => {
  const page = await browser.visit(server.url, { viewport: { width, height } });
  await shows(page, 'connected');
  const [overX, overY]: [number, number] = await page.evaluate(
    '[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]',
  );
  expect(overX).toBeLessThanOrEqual(0);
  expect(overY).toBeLessThanOrEqual(0);
});
