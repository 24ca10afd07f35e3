import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';
import { heard, say, shows, useBrowser } from '../support/browser.ts';

/**
 * A page as somebody writes it on the first day: it reads every frame as a Blob, shows what the system says and what people
 * say, and sends `{id, text}`. It knows nothing of Belfry but the address.
 */
const dayOnePage = (address: string): string => `
  <!doctype html>
  <meta charset="utf-8" />
  <ul></ul>
  <script>
    const me = '用户' + Math.floor(Math.random() * 10000);
    const socket = new WebSocket('${address}');
    socket.addEventListener('message', async (event) => {
      const said = JSON.parse(await event.data.text());
      const line = document.createElement('li');
      line.className = said.system ? 'system' : said.id === me ? 'mine' : 'other';
      line.textContent = said.text;
      document.querySelector('ul').append(line);
    });
    window.tell = (text) => socket.send(JSON.stringify({ id: me, text }));
  </script>`;

const browser = useBrowser();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

it.each(['', '/'])('welcomes a page of the first day at "%s" and lets it hear itself', async (path) => {
  const page = await browser.visit(
    `data:text/html;charset=utf-8,${encodeURIComponent(dayOnePage(server.wsUrl + path))}`,
  );
  const welcome = page.locator('li.system').first();
  await welcome.waitFor();
  expect(await welcome.textContent()).toBe('你已连接公告频道');

  await page.evaluate("tell('<b>大家好</b>')");
  const mine = page.locator('li.mine');
  await mine.waitFor();
  expect(await mine.textContent()).toBe('<b>大家好</b>');
});

it('lets a page of the first day and the new page talk to each other', async () => {
  const old = await browser.visit(`data:text/html;charset=utf-8,${encodeURIComponent(dayOnePage(server.wsUrl))}`);
  const page = await browser.visit(server.url);
  await Promise.all([old.locator('li.system').waitFor(), shows(page, 'connected')]);

  await old.evaluate("tell('from yesterday')");
  expect(await heard(page, 'from yesterday')).toMatchObject({ name: expect.stringMatching(/^用户\d+$/), own: false });
  await say(page, 'from today');
  await old.getByText('from today').waitFor();
  expect(await old.locator('li.other').allTextContents()).toEqual(['from today']);
});
