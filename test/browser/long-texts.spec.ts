import { heard, say, shows, useBrowser } from '../support/browser.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;

// One for each test: whoever comes to a server sees what was said there before.
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

it('counts what is left only when the end is near', async () => {
  const page = await browser.visit(server.url);
  const count = page.locator('#count');
  await page.locator('#text').fill('w'.repeat(3_000));
  expect(await count.textContent()).toBe('');
  await page.locator('#text').fill('w'.repeat(4_000));
  expect(await count.textContent()).toBe('96 characters left');
  await page.locator('#text').fill('w'.repeat(4_097));
  expect(await count.textContent()).toBe('1 character too many');
});

it('does not send a text that is too long, says so, and keeps every character of it', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  const text = 'w'.repeat(4_100);
  await say(page, text);
  await page.locator('#hint', { hasText: '4 characters too many' }).waitFor();
  expect(await page.locator('#text').inputValue()).toBe(text);
  expect(await page.locator('#text').getAttribute('aria-invalid')).toBe('true');
});

it.each([
  ['letters', 'w'.repeat(4_096)],
  ['ideographs', '钟'.repeat(4_096)],
  ['emoji', '🔔'.repeat(4_096)],
])('sends a message of 4096 %s, as long as the server takes them', async (_, text) => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await say(page, text);
  expect(await heard(page, text)).toMatchObject({ own: true });
});

it('sends nothing when there is nothing to send', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  for (const text of ['', '   ', '\n\n']) await say(page, text);
  await say(page, 'something');
  await heard(page, 'something');
  expect(await page.locator('#log .message').count()).toBe(1);
});
