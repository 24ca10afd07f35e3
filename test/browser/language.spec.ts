import type { Page } from 'playwright-core';
import { shows, systemLine, useBrowser } from '../support/browser.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** What the page says, wherever it says something. */
const WORDS = {
  zh: {
    lang: 'zh',
    title: '公告频道',
    heading: '公告频道',
    state: '已连接',
    toggle: '断开',
    language: 'English',
    log: '消息',
    text: '消息内容',
    placeholder: '输入消息…',
    send: '发送',
    name: '你的名字',
    line: '你已连接公告频道',
  },
  en: {
    lang: 'en',
    title: 'Announcements',
    heading: 'Announcements',
    state: 'Connected',
    toggle: 'Disconnect',
    language: '中文',
    log: 'Messages',
    text: 'Message',
    placeholder: 'Write a message…',
    send: 'Send',
    name: 'Your name',
    line: 'You are connected to the announcements',
  },
} as const;

/** The same, read from the page once it is connected. */
async function wordsOf(page: Page): Promise<unknown> {
  await systemLine(page, /./);
  return page.evaluate(`{
    const find = (selector) => document.querySelector(selector);
    ({
      lang: document.documentElement.lang,
      title: document.title,
      heading: find('h1').textContent,
      state: find('#state').textContent,
      toggle: find('#toggle').textContent,
      language: find('#language').textContent,
      log: find('#log').ariaLabel,
      text: find('#text').labels[0].textContent,
      placeholder: find('#text').placeholder,
      send: find('#send').ariaLabel,
      name: find('#name').labels[0].textContent,
      line: find('#log .system').textContent,
    });
  }`);
}

it.each([
  ['zh-CN', 'zh'],
  ['zh-TW', 'zh'],
  ['en-GB', 'en'],
  ['de-DE', 'en'],
] as const)('speaks to a browser set to %s in %s', async (locale, language) => {
  const page = await browser.visit(server.url, { locale });
  expect(await wordsOf(page)).toEqual(WORDS[language]);
});

it.each([
  ['en-US', 'zh'],
  ['zh-CN', 'en'],
] as const)('switches from a %s browser to %s and back, lines and all', async (locale, language) => {
  const page = await browser.visit(server.url, { locale });
  await shows(page, 'connected');
  await page.locator('#language').click();
  expect(await wordsOf(page)).toEqual(WORDS[language]);
  await page.locator('#language').click();
  expect(await wordsOf(page)).toEqual(WORDS[language === 'zh' ? 'en' : 'zh']);
});

it('remembers the choice for the next visit', async () => {
  const page = await browser.visit(server.url, { locale: 'en-US' });
  await page.locator('#language').click();
  await page.reload();
  expect(await wordsOf(page)).toEqual(WORDS.zh);
});

it('keeps the connection, the text and the name through a switch', async () => {
  const page = await browser.visit(server.url);
  await shows(page, 'connected');
  const name = await page.locator('#name').inputValue();
  await page.locator('#text').fill('half a sen');
  const opened: unknown[] = [];
  page.on('websocket', (socket) => opened.push(socket));
  await page.locator('#language').click();
  expect(await wordsOf(page)).toEqual(WORDS.zh);
  expect(await page.locator('#text').inputValue()).toBe('half a sen');
  expect(await page.locator('#name').inputValue()).toBe(name);
  expect(opened).toEqual([]);
});
