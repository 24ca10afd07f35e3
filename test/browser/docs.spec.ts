/** The page at /docs, as people read it: on a screen, on a phone, in the dark, and with a screen reader. */
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import { useBrowser } from '../support/browser.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe('the page of the protocol', () => {
  it.each(['light', 'dark'] as const)('has nothing that axe objects to, %s', async (colorScheme) => {
    const page = await browser.visit(`${server.url}/docs/`, { colorScheme, bypassCSP: true });
    await page.evaluate(axe.source);
    const results: AxeResults = await page.evaluate('axe.run()');
    expect(results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });

  it('fits on a phone', async () => {
    const page = await browser.visit(`${server.url}/docs/`, { viewport: { width: 360, height: 640 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('keeps to the content security policy', async () => {
    const complaints: string[] = [];
    await browser.visit(`${server.url}/docs/`, {
      before: async (page) => {
        page.on('console', (message) => complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(error.message));
      },
    });
    expect(complaints).toEqual([]);
  });
});
