/** The dashboard, in a real browser: who is let in, what is drawn, and what an operator can do there. */
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { keyFile, newKey } from '../support/api.ts';
import { useBrowser } from '../support/browser.ts';
import { Client } from '../support/client.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
const own = newKey();
let server: ServerProcess;

beforeEach(async () => {
  server = await startServer({ API_KEYS_FILE: keyFile(own) });
});
afterEach(() => server.stop('SIGKILL'));

/** Opens the dashboard, and signs in. */
async function signedIn(options: Parameters<typeof browser.visit>[1] = {}): Promise<Page> {
  const page = await browser.visit(`${server.url}/dashboard`, options);
  await page.getByLabel(/API key|API 密钥/).fill(own.key);
  await page.locator('#enter').click();
  await page.locator('#state[data-state=connected]').waitFor();
  await page.locator('#nodes li').first().waitFor();
  return page;
}

/** Waits until a number at the top is that. */
const total = (page: Page, name: string, value: string): Promise<void> => {
  return page.locator(`[data-total=${name}] dd`).getByText(value, { exact: true }).waitFor();
};

/** How many of the charts have been drawn in, by a line in the colour of the first node. */
const drawn = (page: Page): Promise<number> => {
  return page.evaluate(`(() => {
    const swatch = getComputedStyle(document.querySelector('.swatch')).backgroundColor;
    const [red, green, blue] = swatch.match(/\\d+/g).map(Number);
    return [...document.querySelectorAll('canvas')].filter((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < data.length; at += 4) {
        const distance = Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue);
        if (data[at + 3] > 200 && distance < 40) return true;
      }
      return false;
    }).length;
  })()`);
};

describe('the dashboard', () => {
  it('says that there are no keys, where there are none', async () => {
    const keyless = await startServer();
    const page = await browser.visit(`${keyless.url}/dashboard`);
    await page.getByText('API_KEYS_FILE').waitFor();
    expect(await page.locator('#sign-in').isVisible()).toBe(false);
    await keyless.stop('SIGKILL');
  });

  it('asks for a key, and tells a wrong one from one that is narrowed', async () => {
    const narrow = newKey({ id: 'narrow', permissions: [{ channel: '*', allow: ['join', 'publish'] }] });
    const other = await startServer({ API_KEYS_FILE: keyFile(own, narrow) });
    const page = await browser.visit(`${other.url}/dashboard`);
    await page.getByLabel('API key').fill(newKey().key);
    await page.getByRole('button', { name: 'Open the dashboard' }).click();
    await page.getByRole('alert').getByText('not known here').waitFor();
    await page.getByLabel('API key').fill(narrow.key);
    await page.getByRole('button', { name: 'Open the dashboard' }).click();
    await page.getByRole('alert').getByText('for keys of operators').waitFor();
    expect(await page.locator('#board').isVisible()).toBe(false);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await other.stop('SIGKILL');
  });

  it('keeps the key in its tab, out of the address and of what outlives the tab, and forgets it when told to', async () => {
    const page = await signedIn();
    expect(page.url()).toBe(`${server.url}/dashboard/`);
    expect(await page.evaluate('JSON.stringify({ ...localStorage }) + document.cookie')).not.toContain(own.key);
    await page.reload();
    await page.locator('#nodes li').first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain(own.key);
    await page.reload();
    await page.getByLabel('API key').waitFor();
  });

  it('draws every chart, and shows clients and channels as they come and go, within its policy', async () => {
    const wrong: string[] = [];
    const page = await signedIn({
      before: async (fresh) => {
        fresh.on('pageerror', (error) => wrong.push(error.message));
        await fresh.exposeFunction('violated', (directive: string) => wrong.push(directive));
        await fresh.addInitScript(
          "document.addEventListener('securitypolicyviolation', (event) => violated(event.violatedDirective))",
        );
      },
    });
    await total(page, 'connections', '1');
    const reader = await Client.joined(`${server.wsUrl}/ws`, 'tower');
    await total(page, 'connections', '2');
    await page.locator('#channels').getByRole('cell', { name: 'tower' }).waitFor();
    let number = 0;
    while ((await drawn(page)) < 6) await reader.ask('message', { channel: 'tower', text: String((number += 1)) });
    expect(await page.locator('canvas').count()).toBe(6);
    await reader.close();
    await total(page, 'connections', '1');
    await page.locator('#channels').getByText('Nobody is in any channel').waitFor();
    expect(wrong).toEqual([]);
  });

  it('closes a connection, once that is confirmed, so that its client stays away', async () => {
    const client = await Client.open(`${server.wsUrl}/ws?name=${encodeURIComponent('<b>Ann</b>')}`);
    const { user } = (await client.event('welcome')).data as { user: { id: string } };
    const page = await signedIn();
    await page.getByLabel('Id of a user').fill(user.id);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.locator('#found').getByText(/^1 /).waitFor();
    const name = `<b>Ann</b> (${user.id})`;
    const close = page.locator('#connections').getByRole('button', { name: `Close the connection of ${name}` });
    await close.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect((await client.ask('join', { channel: 'news' })).event).toBe('ack');
    await close.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    expect((await client.closed).code).toBe(4501);
    await page.locator('#connections').getByText('Nobody of that id').waitFor();
  });

  it('posts an announcement, which every client hears', async () => {
    const reader = await Client.joined(`${server.wsUrl}/ws`, 'announcements');
    const page = await signedIn();
    await page.getByLabel('To everybody in the channel announcements').fill('The bells ring at five.');
    await page.getByRole('button', { name: 'Post' }).click();
    await page.getByText('Posted.').waitFor();
    expect((await reader.event('message')).data).toMatchObject({ text: 'The bells ring at five.', from: 'key:orders' });
    expect(await page.getByLabel('To everybody in the channel announcements').inputValue()).toBe('');
  });

  it.each([
    ['light', 'en-GB', 1280],
    ['dark', 'zh-CN', 390],
  ] as const)(
    'has nothing in %s and %s at %d px that axe would mind, nor anything wider than it',
    async (...setting) => {
      const [colorScheme, locale, width] = setting;
      const client = await Client.joined(`${server.wsUrl}/ws?name=Ann`, 'tower');
      const page = await signedIn({ colorScheme, locale, viewport: { width, height: 800 } });
      await page.locator('#channels').getByRole('cell', { name: 'tower' }).waitFor();
      const violations = async (): Promise<string[]> => {
        await page.evaluate(axe.source);
        const results: AxeResults = await page.evaluate('axe.run()');
        return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      };
      expect(await violations()).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await page.locator('#connections button').first().click();
      expect(await violations()).toEqual([]);
      await page.keyboard.press('Escape');
      await page.locator('#sign-out').click();
      expect(await violations()).toEqual([]);
      await client.close();
    },
  );
});
