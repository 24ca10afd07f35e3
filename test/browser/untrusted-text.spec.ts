import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';
import { heard, say, shows, stylesOf, useBrowser } from '../support/browser.ts';

/** Each of these would run, load or style something if it were ever read as markup. */
const TRICKS = [
  '<img src=x onerror="window.hacked = true">',
  '<script>window.hacked = true</script>',
  '<svg onload="window.hacked = true"></svg>',
  '"><iframe srcdoc="<script>parent.hacked = true</script>"></iframe>',
  '<a href="javascript:window.hacked = true">click</a>',
  '<style>* { display: none }</style>',
  '&lt;b&gt;bold&lt;/b&gt; &amp; <b>bold</b>',
  '{{constructor.constructor("window.hacked = true")()}} ${window.hacked = true}',
];

const browser = useBrowser();
let server: ServerProcess;

// One for each test: whoever comes to a server sees what was said there before.
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

it('shows markup in a message as the characters that it is, and runs nothing', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  for (const trick of TRICKS) {
    await say(page, trick);
    await heard(page, trick);
  }
  expect(await page.locator('#log .text').allTextContents()).toEqual(TRICKS);
  expect(await page.locator('#log :is(img, script, svg, iframe, a, style, b)').count()).toBe(0);
  expect(await page.evaluate("'hacked' in window")).toBe(false);
});

it('shows markup in a name as the characters that it is, and runs nothing', async () => {
  const name = '<img src=x onerror=hacked=1><b>Eve</b>';
  const [eve, ann] = await Promise.all([browser.visit(server.url), browser.visit(server.url)]);
  await Promise.all([shows(eve, 'connected'), shows(ann, 'connected')]);
  await eve.locator('#name').fill(name);
  await eve.locator('#name').press('Enter');
  await say(eve, 'Hello');

  expect(await heard(ann, 'Hello')).toMatchObject({ name });
  expect(await ann.locator('#log :is(img, b)').count()).toBe(0);
  for (const page of [eve, ann]) expect(await page.evaluate("'hacked' in window")).toBe(false);
});

it('keeps writing in its own direction, whatever the text before it does', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  const texts = ['שלום לכולם', 'Hello everybody', '\u202Eright to left for ever'];
  for (const text of texts) {
    await say(page, text);
    await heard(page, text);
  }
  expect(await stylesOf(page, '#log .bubble', 'direction')).toEqual(['rtl', 'ltr', 'ltr']);
});

it('breaks a word that is broader than the page', async () => {
  const page = await browser.visit(server.url, { viewport: { width: 360, height: 640 } });
  await shows(page, 'connected');
  await page.locator('#name').fill('N'.repeat(64));
  await page.locator('#name').press('Enter');
  await say(page, 'w'.repeat(2_000));
  await heard(page, 'w'.repeat(2_000));
  const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  expect(overflow).toBeLessThanOrEqual(0);
});
