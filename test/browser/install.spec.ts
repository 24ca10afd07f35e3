import type { Page } from 'playwright-core';
import { heard, say, shows, useBrowser } from '../support/browser.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;

beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

/** Waits until the service worker has the page in its keeping. */
const kept = (page: Page): Promise<unknown> => page.evaluate('navigator.serviceWorker.ready');

interface Manifest {
  readonly name: string;
  readonly display: string;
  readonly start_url: string;
  readonly icons: ReadonlyArray<{ readonly src: string; readonly sizes: string; readonly purpose: string }>;
}

it('has a manifest, with icons of the sizes that it says, and one that may be cut', async () => {
  const page = await browser.visit(server.url);
  const address = await page.locator('link[rel=manifest]').getAttribute('href');
  const response = await fetch(`${server.url}${address}`);
  expect(response.headers.get('content-type')).toContain('application/manifest+json');
  const manifest = (await response.json()) as Manifest;
  expect(manifest).toMatchObject({ name: 'Belfry', display: 'standalone', start_url: '/' });
  expect(manifest.icons.map(({ purpose }) => purpose)).toContain('maskable');
  for (const { src, sizes } of manifest.icons) {
    const width: number = await page.evaluate(`(async () => {
      const image = new Image();
      image.src = '${src}';
      await image.decode();
      return image.naturalWidth;
    })()`);
    expect([`${width}x${width}`, 'any']).toContain(sizes);
  }
});

it('has the browser find nothing that keeps it from being installed', async () => {
  const page = await browser.visit(server.url);
  await kept(page);
  const devtools = await page.context().newCDPSession(page);
  const { errors } = await devtools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
});

it('asks for its service worker again each time, so that a new version arrives', async () => {
  const response = await fetch(`${server.url}/service-worker.js`);
  expect(response.headers.get('cache-control')).toBe('no-cache');
});

it('opens without a server, shows what waits to be sent, and sends it when the server is back', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await kept(page);
  await server.stop('SIGKILL');
  await shows(page, 'waiting');
  await say(page, 'from the tunnel');
  await page.locator('#log [data-waiting]').waitFor();

  await page.reload();
  await page.locator('#log [data-waiting]', { hasText: 'from the tunnel' }).waitFor();
  expect(await page.locator('h1').textContent()).toBe('Announcements');

  server = await startServer({ PORT: String(server.port) });
  await page.evaluate("window.dispatchEvent(new Event('online'))");
  expect(await heard(page, 'from the tunnel')).toMatchObject({ own: true });
});

it('opens without a network, and says that it is not connected instead of that nothing was said', async () => {
  const page = await browser.visit(server.url);
  await kept(page);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByText('Not connected yet').waitFor();
  expect(await page.getByText('Nothing has been said yet').count()).toBe(0);
  await page.context().setOffline(false);
  await page.getByText('Nothing has been said yet').waitFor();
});

it('works where there are no service workers, such as with plain http on another machine', async () => {
  const page = await browser.visit(server.url, {
    serviceWorkers: 'block',
    before: (fresh) => fresh.addInitScript('delete Navigator.prototype.serviceWorker'),
  });
  await shows(page, 'connected');
  await say(page, 'Still here');
  expect(await heard(page, 'Still here')).toMatchObject({ own: true });
});
