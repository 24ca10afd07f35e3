import { randomBytes } from 'node:crypto';
import { useBrowser } from '../support/browser.ts';
import { Client } from '../support/client.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const COUNT = 200;

/** 2 KiB each: what shrinks well, what hardly shrinks, and what takes several bytes for a character. */
const TEXTS = Array.from({ length: COUNT }, (_each, i) => {
  const text = [`the bells of ${i} `.repeat(200), randomBytes(1600).toString('base64'), `钟🔔${i}`.repeat(300)][i % 3];
  return Buffer.from(text ?? '')
    .subarray(0, 2048)
    .toString();
});

/** Joins a channel in the page, and resolves there to what it heard once it has heard enough. */
const listen = (address: string): string => `
  window.heard = new Promise((resolve) => {
    const texts = [];
    const socket = new WebSocket('${address}');
    socket.onmessage = ({ data: frame }) => {
      const { event, data } = JSON.parse(frame);
      if (event === 'welcome') socket.send('{"event":"join","id":1,"data":{"channel":"news"}}');
      if (event === 'ack') window.joined?.(socket.extensions);
      if (event === 'message' && texts.push(data.text) === ${COUNT}) resolve(texts);
    };
  });
  new Promise((resolve) => (window.joined = resolve));`;

const browser = useBrowser();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer({ COMPRESSION: 'true' });
});
afterAll(() => server.stop());

it('gives a page every message as it was, compressed since the browser offers it by itself', async () => {
  const page = await browser.visit(server.url);
  expect(await page.evaluate(listen(`${server.wsUrl}/ws`))).toMatch('permessage-deflate');
  const author = await Client.welcomed(`${server.wsUrl}/ws`);
  for (const text of TEXTS) author.send({ event: 'message', data: { channel: 'news', text } });
  expect(await page.evaluate('window.heard')).toEqual(TEXTS);
  await author.close();
});
