import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';
import { heard, say, shows, useBrowser } from '../support/browser.ts';

const browser = useBrowser();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

it.each([
  ['zh-CN', /^用户\d{4}$/],
  ['en-US', /^User\d{4}$/],
])('makes up a name for a newcomer who reads %s', async (locale, name) => {
  const page = await browser.visit(server.url, { locale });
  await shows(page, 'connected');
  expect(await page.locator('#name').inputValue()).toMatch(name);
});

it('speaks under a new name from then on, without a word about the change', async () => {
  const [ann, bob] = await Promise.all([browser.visit(server.url), browser.visit(server.url)]);
  await Promise.all([shows(ann, 'connected'), shows(bob, 'connected')]);
  await ann.locator('#name').fill('  Ann  ');
  await ann.locator('#name').press('Enter');
  await say(ann, 'Call me Ann');

  expect(await heard(bob, 'Call me Ann')).toMatchObject({ own: false, name: 'Ann' });
  expect(await heard(ann, 'Call me Ann')).toMatchObject({ own: true, name: 'Ann' });
  expect(await ann.locator('#log .system').count()).toBe(1);
});

it('takes over the name when one leaves the field without Enter', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  const dialled = page.waitForEvent('websocket');
  await page.locator('#name').fill('安娜');
  await page.locator('#text').focus();
  expect(new URL((await dialled).url()).searchParams.get('name')).toBe('安娜');
});

it('remembers the name for the next visit', async () => {
  const page = await browser.visit(server.url);
  await page.locator('#name').fill('Ann');
  await page.locator('#name').press('Enter');
  const dialled = page.waitForEvent('websocket', (socket) => new URL(socket.url()).searchParams.get('name') === 'Ann');
  await page.reload();
  await dialled;
  expect(await page.locator('#name').inputValue()).toBe('Ann');
});

it('does not take an empty name, and returns to the former one', async () => {
  const page = await browser.visit(server.url);
  const name = await page.locator('#name').inputValue();
  await page.locator('#name').fill('   ');
  await page.locator('#name').press('Enter');
  expect(await page.locator('#name').inputValue()).toBe(name);
});

it('works where the browser forbids it to remember anything', async () => {
  const page = await browser.visit(server.url, {
    before: (fresh) =>
      fresh.addInitScript(`
        const get = () => { throw new DOMException('denied', 'SecurityError'); };
        Object.defineProperty(window, 'localStorage', { get });
      `),
  });
  await shows(page, 'connected');
  await page.locator('#language').click();
  await say(page, 'Still here');
  expect(await heard(page, 'Still here')).toMatchObject({ own: true });
});
