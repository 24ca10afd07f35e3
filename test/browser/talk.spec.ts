import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';
import { heard, say, shows, stylesOf, systemLine, useBrowser } from '../support/browser.ts';

const browser = useBrowser();
let server: ServerProcess;

// One for each test: whoever comes to a server sees what was said there before.
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

it('lets two people talk to each other', async () => {
  const [ann, bob] = await Promise.all([browser.visit(server.url), browser.visit(server.url)]);
  await Promise.all([shows(ann, 'connected'), shows(bob, 'connected')]);

  await say(ann, 'Can you hear me?');
  await heard(bob, 'Can you hear me?');
  await say(bob, 'Loud and clear');
  await heard(ann, 'Loud and clear');

  const said = await ann.locator('#log .text').allTextContents();
  expect(said).toEqual(['Can you hear me?', 'Loud and clear']);
});

it("tells one's own messages apart, for the eye and for a screen reader", async () => {
  const [ann, bob] = await Promise.all([browser.visit(server.url), browser.visit(server.url)]);
  await Promise.all([shows(ann, 'connected'), shows(bob, 'connected')]);
  await say(ann, 'It is me');

  const [mine, hers] = await Promise.all([heard(ann, 'It is me'), heard(bob, 'It is me')]);
  expect(mine).toMatchObject({ own: true, words: expect.stringContaining('(you)') });
  expect(hers).toMatchObject({ own: false, words: expect.not.stringContaining('(you)') });
  const bubble = '#log .bubble';
  const [mineColour, hersColour] = await Promise.all(
    [ann, bob].map((page) => stylesOf(page, bubble, 'backgroundColor')),
  );
  expect(mineColour).not.toEqual(hersColour);
});

it('shows who spoke and when', async () => {
  const [ann, bob] = await Promise.all([browser.visit(server.url), browser.visit(server.url)]);
  await Promise.all([shows(ann, 'connected'), shows(bob, 'connected')]);
  const name = await ann.locator('#name').inputValue();
  await say(ann, 'What is the time?');

  expect(await heard(bob, 'What is the time?')).toMatchObject({
    name,
    at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
    time: expect.stringMatching(/^\d{1,2}:\d{2}\s[AP]M$/),
  });
});

it('welcomes with a line of its own, in italics', async () => {
  const page = await browser.visit(server.url);
  await systemLine(page, 'You are connected to the announcements');
  expect(await stylesOf(page, '#log .system', 'fontStyle')).toEqual(['italic']);
});

it('clears the field once a message is sent, and keeps its lines apart', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await page.locator('#text').fill('first');
  await page.locator('#text').press('Shift+Enter');
  await page.locator('#text').pressSequentially('second');
  await page.locator('#send').click();

  await page.locator('#log .text').waitFor();
  expect(await page.locator('#log .text').textContent()).toBe('first\nsecond');
  expect(await page.locator('#text').inputValue()).toBe('');
});
