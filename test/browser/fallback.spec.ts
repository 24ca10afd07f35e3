import { heard, readThrough, say, shows, systemLine, useBrowser } from '../support/browser.ts';
import { Client } from '../support/client.ts';
import { CompanyProxy } from '../support/company-proxy.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;
let proxy: CompanyProxy;

beforeEach(async () => {
  server = await startServer();
  proxy = await CompanyProxy.start(server.port);
});
afterEach(async () => {
  proxy.close();
  await server.stop();
});

it('talks over HTTP where no WebSocket gets through, over one as soon as it does, and loses and doubles nothing', async () => {
  const page = await browser.visit(`http://${proxy.host}`);
  const state = page.locator('#state');
  await page.getByText('Connected over HTTP').waitFor();
  await say(page, 'from the page 1');
  expect(await heard(page, 'from the page 1')).toMatchObject({ own: true });

  const other = await Client.welcomed(`${server.wsUrl}/ws`);
  const speak = (text: string): Promise<unknown> => other.ask('message', { channel: 'announcements', text });
  await speak('from outside 2');
  await heard(page, 'from outside 2');
  await page.locator('#language').click();
  expect(await state.textContent()).toBe('已通过 HTTP 连接');
  await page.locator('#language').click();

  proxy.cut();
  await Promise.all([systemLine(page, 'The connection broke'), speak('while it was away 3')]);
  await heard(page, 'while it was away 3');
  await page.getByText('Connected over HTTP').waitFor();

  proxy.letsWebSocketsThrough = true;
  await page.evaluate("window.dispatchEvent(new Event('online'))");
  await page.getByText('Connected', { exact: true }).waitFor();
  await shows(page, 'connected');
  await say(page, 'from the page 4');
  await heard(page, 'from the page 4');
  await speak('from outside 5');
  await heard(page, 'from outside 5');
  expect((await readThrough(page)).filter((text) => /\d$/.test(text))).toEqual([
    'from the page 1',
    'from outside 2',
    'while it was away 3',
    'from the page 4',
    'from outside 5',
  ]);
});
