// Takes one picture of the dashboard: a town that talks in a few channels, and a client that does
// not read. Half a minute of it is lived through, so that the charts have something to show.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { reduce } from './screenshot-png.mjs';

/** Channel, how many hear it, and messages of each round. */
const CHANNELS = [
  ['announcements', 24, 1],
  ['market-square', 12, 3],
  ['trams.line-4', 8, 6],
  ['weather', 5, 1],
];

const ROUNDS = 130;

/** @param file where it goes */
export async function takeDashboard(browser, file, look) {
  const data = await mkdtemp(join(tmpdir(), 'belfry-picture-'));
  const key = `belfry_${randomBytes(32).toString('base64url')}`;
  const keys = join(data, 'keys.json');
  const sha256 = createHash('sha256').update(key).digest('hex');
  await writeFile(keys, JSON.stringify({ keys: [{ id: 'operator', sha256 }] }));
  const limits = { MAX_CONNECTIONS_PER_ADDRESS: 'off', HANDSHAKE_RATE: 'off', RATE_LIMIT: 'off', FRAME_RATE: 'off' };
  const server = spawn(process.execPath, ['dist/main.js'], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: join(data, 'log'),
      API_KEYS_FILE: keys,
      ...limits,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(server.stdout, 'data');
  const url = /http:\/\/\S+/.exec(String(line))?.[0];

  const context = await browser.newContext(look);
  const page = await context.newPage();
  // The name of a machine says nothing to anybody.
  await page.routeWebSocket(/\/ws/, (socket) => {
    const toServer = socket.connectToServer();
    toServer.onMessage((frame) => socket.send(String(frame).replaceAll(JSON.stringify(hostname()), '"tower-1"')));
  });
  await page.route(/\/api\/connections/, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replaceAll(JSON.stringify(hostname()), '"tower-1"');
    await route.fulfill({ response, body });
  });
  await page.goto(`${url}/dashboard/`);
  await page.locator('#key').fill(key);
  await page.locator('#enter').click();
  await page.locator('#nodes li').first().waitFor();

  const authors = [];
  for (const [channel, readers] of CHANNELS) {
    for (let number = 0; number < readers; number++) {
      const reader = await arrive(url, ['Ann', 'Ben', 'Priya', 'Tom', '林晓'][number % 5], channel);
      if (number === 0) authors.push([channel, reader]);
    }
  }
  const slow = await arrive(url, 'Noah', 'trams.line-4');
  slow.pause();
  for (let round = 0; round < ROUNDS; round++) {
    const swing = 1 + Math.sin(round / 30) ** 2 * 3;
    for (const [index, [channel, author]] of authors.entries()) {
      for (let count = 0; count < CHANNELS[index][2] * swing; count++) {
        const text = channel === 'trams.line-4' ? 'Next stop. '.repeat(300) : 'The bells ring at five.';
        author.send(JSON.stringify({ event: 'message', data: { channel, text } }));
      }
    }
    await setTimeout(100);
  }
  await page.locator('#find').click();
  await page.locator('#slow table').waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await writeFile(file, await reduce(await page.screenshot({ fullPage: !look.isMobile }), page));

  await context.close();
  server.kill('SIGKILL');
  await once(server, 'exit');
  await rm(data, { recursive: true });
  process.stdout.write(`${file}\n`);
}

/** Somebody who hears a channel. */
async function arrive(url, name, channel) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?name=${encodeURIComponent(name)}`);
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send(JSON.stringify({ event: 'join', data: { channel } }));
  return socket;
}
