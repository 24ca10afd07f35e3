import type { Page } from 'playwright-core';
import { heard, shows, useBrowser } from '../support/browser.ts';
import { Client } from '../support/client.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const COUNT = 10_000;

/** However much was said: what is near the reader, and the page around it. */
const MOST_NODES = 1_500;

const browser = useBrowser();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer({ RATE_LIMIT: 'off', FRAME_RATE: 'off', BYTE_RATE: 'off' });
  const crier = await Client.welcomed(`${server.wsUrl}/ws`);
  for (let number = 1; number < COUNT; number++) {
    const text = `bell ${number}${number % 7 === 0 ? ' rings and rings and rings'.repeat(number % 9) : ''}`;
    crier.send({ event: 'message', data: { channel: 'announcements', text } });
  }
  await crier.ask('message', { channel: 'announcements', text: `bell ${COUNT}` });
  await crier.close();
});
afterAll(() => server.stop());

/** What scrolling from the end to the beginning was like. */
interface Journey {
  readonly frames: number;
  readonly mostNodes: number;
  readonly longestFrame: number;
  readonly longestTask: number;
  readonly first: string;
}

/** Scrolls up by nearly a screen per frame until there is nothing before. */
const journey = (page: Page): Promise<Journey> =>
  page.evaluate(`(async () => {
    const log = document.querySelector('#log');
    const edge = document.querySelector('#edge');
    let longestTask = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longestTask = Math.max(longestTask, duration);
    }).observe({ type: 'longtask' });
    let frames = 0, mostNodes = 0, longestFrame = 0, last = performance.now();
    while (log.scrollTop > 0 || edge.dataset.top !== 'beginning') {
      log.scrollTop = Math.max(0, log.scrollTop - log.clientHeight * 0.9);
      const now = await new Promise(requestAnimationFrame);
      longestFrame = Math.max(longestFrame, now - last);
      last = now;
      frames++;
      mostNodes = Math.max(mostNodes, document.querySelectorAll('*').length);
    }
    return { frames, mostNodes, longestFrame, longestTask, first: log.querySelector('.text').textContent };
  })()`);

it('scrolls from the end to the beginning of 10,000 messages with few of them in the page', async () => {
  const page = await browser.visit(server.url);
  await heard(page, `bell ${COUNT}`);
  const { first, mostNodes, ...figures } = await journey(page);
  process.stdout.write(`10,000 messages: ${JSON.stringify({ mostNodes, ...figures })}\n`);
  expect(first).toBe('bell 1');
  expect(mostNodes).toBeLessThan(MOST_NODES);
  await page.locator('#newer', { hasText: 'To the newest' }).click();
  await heard(page, `bell ${COUNT}`);
}, 120_000);

it('takes in a flood of 1,500 messages while one reads at the end', async () => {
  const page = await browser.visit(`${server.url}/#flood`);
  await shows(page, 'connected');
  const crier = await Client.welcomed(`${server.wsUrl}/ws`);
  for (let number = 1; number <= 1_500; number++) {
    crier.send({ event: 'message', data: { channel: 'flood', text: `flood ${number}` } });
  }
  await heard(page, 'flood 1500');
  expect(await page.evaluate("document.querySelectorAll('*').length")).toBeLessThan(MOST_NODES);
  const end =
    "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('#log'))";
  expect(Math.abs(await page.evaluate(end))).toBeLessThan(1);
  await crier.close();
});
