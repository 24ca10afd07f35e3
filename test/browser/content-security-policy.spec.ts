import type { Page } from 'playwright-core';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';
import { heard, say, shows, useBrowser } from '../support/browser.ts';

const browser = useBrowser();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Notes every violation from the first byte of the page on; the list is read with {@link violations}. */
const watch = (page: Page): Promise<unknown> =>
  page.addInitScript(`
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
  `);

const violations = (page: Page): Promise<unknown> => page.evaluate('violations');

it('is as strict as the page allows', async () => {
  const response = await fetch(server.url);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|data:|\*/);
});

it('is not violated once in a whole session', async () => {
  const errors: string[] = [];
  const page = await browser.visit(server.url, {
    before: async (fresh) => {
      fresh.on('pageerror', (error) => errors.push(error.message));
      fresh.on('console', (entry) => entry.type() === 'error' && errors.push(entry.text()));
      await watch(fresh);
    },
  });
  await shows(page, 'connected');
  await say(page, 'one\ntwo');
  await heard(page, 'one\ntwo');
  await page.locator('#language').click();
  await page.locator('#name').fill('Ann');
  await page.locator('#name').press('Enter');
  await page.locator('#toggle').click();
  await shows(page, 'disconnected');
  await page.locator('#toggle').click();
  await shows(page, 'connected');

  expect(await violations(page)).toEqual([]);
  expect(errors).toEqual([]);
});

it('keeps a script from running that somebody smuggled into the page', async () => {
  const page = await browser.visit(server.url, { before: watch });
  await shows(page, 'connected');
  await page.evaluate(`{
    const script = document.createElement('script');
    script.textContent = 'window.hacked = true';
    document.body.append(script);
  }`);
  await page.waitForFunction('violations.length > 0');
  expect(await page.evaluate("'hacked' in window")).toBe(false);
  expect(await violations(page)).toEqual(['script-src-elem']);
});
