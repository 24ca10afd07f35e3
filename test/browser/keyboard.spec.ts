import type { Page } from 'playwright-core';
import { heard, shows, useBrowser } from '../support/browser.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.id');

/** Whether the focused element, or what stands around it for the eye, has a ring. */
const hasRing = (page: Page): Promise<boolean> =>
  page.evaluate(`{
    const isRinged = (element) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    };
    const element = document.activeElement;
    element.matches(':focus-visible') && (isRinged(element) || isRinged(element.parentElement));
  }`);

it('begins where one writes', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  expect(await focused(page)).toBe('text');
});

it('leads the Tab key through everything in the order of reading, and always shows where it is', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  for (const id of ['log', 'toggle', 'language']) {
    await page.keyboard.press('Shift+Tab');
    expect(await focused(page)).toBe(id);
  }
  for (const id of ['toggle', 'log', 'text', 'send', 'name']) {
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe(id);
    expect(await hasRing(page)).toBe(true);
  }
});

it('lets one talk, change the name, disconnect and connect without a mouse', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await page.keyboard.type('From the keyboard');
  await page.keyboard.press('Enter');
  await heard(page, 'From the keyboard');

  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('Ann');
  await page.keyboard.press('Enter');
  expect(await focused(page)).toBe('text');
  await page.keyboard.type('Ann now');
  await page.keyboard.press('Enter');
  expect(await heard(page, 'Ann now')).toMatchObject({ name: 'Ann' });

  for (let presses = 0; presses < 2; presses++) await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Space');
  await shows(page, 'disconnected');
  await page.keyboard.press('Enter');
  await shows(page, 'connected');
});

it('leaves the Enter that picks a word from an input method alone', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  await page.locator('#text').fill('公告');
  for (const init of ["key: 'Enter', isComposing: true", "key: 'Enter', keyCode: 229"]) {
    const isLeftAlone: boolean = await page.evaluate(
      `document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { ${init}, bubbles: true, cancelable: true }))`,
    );
    expect(isLeftAlone).toBe(true);
  }
  expect(await page.locator('#text').inputValue()).toBe('公告');
  await page.keyboard.press('Enter');
  await heard(page, '公告');
});
