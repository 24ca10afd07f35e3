/**
 * A real Chromium for tests of the page: one per spec file, a fresh context per visit, everything closed behind each test.
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startChromium } from './chromium.ts';

/** The states that the page can show, as in `data-state`. */
export type State = 'connecting' | 'connected' | 'waiting' | 'disconnected';

/** How somebody comes to the page. */
export interface Visit extends BrowserContextOptions {
  /** Runs in the new page before it goes anywhere. */
  readonly before?: (page: Page) => Promise<unknown>;
}

/** The browser of one spec file. */
export interface TestBrowser {
  /** Opens an address in a context of its own: other storage, other language, other person. English when nothing is said. */
  visit(url: string, options?: Visit): Promise<Page>;
}

/** Gives a spec file its browser. Call it at the top of the file. */
export function useBrowser(): TestBrowser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(() => browser.close());
  return {
    visit: async (url, { before, ...options } = {}) => {
      const context = await browser.newContext({ locale: 'en-US', ...options });
      const page = await context.newPage();
      await before?.(page);
      await page.goto(url);
      return page;
    },
  };
}

/** Waits until the page shows that state. */
export async function shows(page: Page, state: State): Promise<void> {
  await page.locator(`#state[data-state="${state}"]`).waitFor();
}

/** A message as the page shows it. */
export interface Heard {
  readonly own: boolean;
  readonly name: string | null;
  /** The time for machines, and the one for people. */
  readonly at: string | null;
  readonly time: string | null;
  /** Everything that a screen reader would read out. */
  readonly words: string | null;
}

/** Waits until the log has a message with this text. */
export async function heard(page: Page, text: string): Promise<Heard> {
  const found = page.locator('#log .message', { has: page.getByText(text, { exact: true }) });
  await found.waitFor();
  const [own, name, at, time, words] = await Promise.all([
    found.getAttribute('data-own'),
    found.locator('.name').textContent(),
    found.locator('time').getAttribute('datetime'),
    found.locator('time').textContent(),
    found.textContent(),
  ]);
  return { own: own === 'true', name, at, time, words };
}

/** Waits until the log has a line of the page's own with these words. */
export async function systemLine(page: Page, words: string | RegExp): Promise<void> {
  await page.locator('#log .system', { hasText: words }).last().waitFor();
}

/** Everything that the log says, from its beginning to its end: only what is near is in the page, so one scrolls through. */
export function readThrough(page: Page): Promise<string[]> {
  return page.evaluate(`(async () => {
    const log = document.querySelector('#log');
    const read = new Map();
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    for (let top = log.scrollHeight; ; ) {
      log.scrollTop = top;
      await frame();
      for (const element of log.querySelectorAll('.text')) {
        read.set(Number(element.closest('[data-offset]')?.dataset.offset ?? NaN), element.textContent);
      }
      if (log.scrollTop === 0 && log.querySelector('#edge').dataset.top === 'beginning') break;
      top = Math.max(0, log.scrollTop - log.clientHeight);
    }
    return [...read].toSorted(([one], [other]) => one - other).map(([, text]) => text);
  })()`);
}

/** Waits until the tab has this title. */
export async function titled(page: Page, title: string): Promise<void> {
  while ((await page.title()) !== title) await page.waitForTimeout(20);
}

/** Writes a message and presses Enter. */
export async function say(page: Page, text: string): Promise<void> {
  await page.locator('#text').fill(text);
  await page.locator('#text').press('Enter');
}

/** What the browser makes of the style of every element that matches, as in `getComputedStyle`. */
export function stylesOf(page: Page, selector: string, property: string): Promise<string[]> {
  // Strings, because test code is typed for Node and knows no `document`.
  const elements = `[...document.querySelectorAll(${JSON.stringify(selector)})]`;
  return page.evaluate(`${elements}.map((element) => getComputedStyle(element)[${JSON.stringify(property)}])`);
}
