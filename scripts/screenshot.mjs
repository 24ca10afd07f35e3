// `npm run docs:screenshot`: takes the pictures of the page and of the dashboard in docs/screenshots/, from the built server:
// phone and desktop, light and dark, English and Chinese. `npm run docs:screenshot -- phone-dark-en` takes one, and
// `-- dashboard-phone-dark-en` that of the dashboard.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';
import { WebSocket } from 'ws';
import { reduce } from './screenshot-png.mjs';
import { takeDashboard } from './screenshot-dashboard.mjs';
import { scenes } from './screenshot-scenes.mjs';

const FOLDER = 'docs/screenshots';
const SQUARE = 'town-square';

const screens = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
};

const executablePath = process.env.CHROMIUM_PATH ?? (await sparticuz.executablePath());
// Chromium's own sandbox needs rights that a container does not give; what is visited here is our own.
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
await mkdir(FOLDER, { recursive: true });
const only = process.argv[2];
for (const [screen, options] of Object.entries(screens)) {
  for (const colorScheme of ['light', 'dark']) {
    for (const [language, scene] of Object.entries(scenes)) {
      const name = `${screen}-${colorScheme}-${language}`;
      const look = { ...options, colorScheme, locale: scene.locale };
      if (only === undefined || only === name) await takePicture(name, look, scene);
      const dashboard = `dashboard-${name}`;
      if (only === undefined || only === dashboard)
        await takeDashboard(browser, join(FOLDER, `${dashboard}.png`), look);
    }
  }
}
await browser.close();

/** A server and a crowd of its own for each picture, so that all of them show the same. */
async function takePicture(name, options, scene) {
  const data = await mkdtemp(join(tmpdir(), 'belfry-picture-'));
  const channels = join(data, 'channels.json');
  await writeFile(channels, JSON.stringify({ [SQUARE]: { presence: true, historySize: scene.news.length } }));
  const server = spawn(process.execPath, ['dist/main.js'], {
    env: { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', DATA_DIR: join(data, 'log'), CHANNELS_FILE: channels },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(server.stdout, 'data');
  const url = /http:\/\/\S+/.exec(String(line))?.[0];

  const crowd = new Map();
  for (const person of scene.people) crowd.set(person, await arrive(url, person));
  const context = await browser.newContext(options);
  // A browser without a screen blocks notifications, and the page would say so.
  await context.addInitScript("Object.defineProperty(Notification, 'permission', { value: 'default' })");
  const page = await context.newPage();
  const connected = page.locator('#state[data-state=connected]');
  // What the reader says last stays on its way.
  await page.routeWebSocket(/\/ws/, (socket) => {
    const toServer = socket.connectToServer();
    socket.onMessage((frame) => {
      if (!frame.toString().includes(JSON.stringify(scene.waiting))) toServer.send(frame);
    });
  });
  await page.goto(url);
  await page.locator('#name').fill(scene.reader);
  await page.locator('#name').press('Enter');
  for (const channel of [SQUARE, ...Object.keys(scene.elsewhere)]) {
    await page.evaluate(`location.hash = '${channel}'`);
    await connected.waitFor();
  }
  await page.evaluate(`location.hash = '${SQUARE}'`);
  await crowd.get(scene.people[0]).say(SQUARE, scene.before);
  await page.getByText(scene.before).first().waitFor();

  // The reader goes, and much is said meanwhile.
  await page.goto('about:blank');
  const [first] = crowd.values();
  for (let number = 0; number < 300; number++) await first.say(SQUARE, `${number}`);
  for (const [person, text] of scene.news) await crowd.get(person).say(SQUARE, text);
  for (const [channel, texts] of Object.entries(scene.elsewhere)) {
    for (const [person, text] of texts) await crowd.get(person).say(channel, text);
  }
  while ((await first.reach(SQUARE)) > scene.news.length) await setTimeout(200);
  await page.goto(`${url}/#${SQUARE}`);
  await connected.waitFor();
  await page.locator('.gap').waitFor();
  await page.locator('#text').fill(scene.waiting);
  await page.locator('#text').press('Enter');
  await page.locator('[data-waiting]').waitFor();
  await page.locator('#text').fill('');
  await page.locator('#text').blur();
  const path = join(FOLDER, `${name}.png`);
  await writeFile(path, await reduce(await page.screenshot(), page));

  await context.close();
  server.kill('SIGKILL');
  await once(server, 'exit');
  await rm(data, { recursive: true });
  process.stdout.write(`${path}\n`);
}

/** Somebody else comes to the square; the answer speaks, and looks how far the log reaches. */
async function arrive(url, name) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?name=${encodeURIComponent(name)}`);
  socket.on('error', () => undefined);
  await once(socket, 'open');
  const waiting = new Map();
  socket.addEventListener('message', (frame) => {
    const { id, data } = JSON.parse(frame.data);
    waiting.get(id)?.(data);
  });
  const ask = async (event, data) => {
    const id = waiting.size + 1;
    const answered = new Promise((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ event, id, data }));
    return answered;
  };
  await ask('join', { channel: SQUARE });
  return {
    say: (channel, text) => ask('message', { channel, text }),
    /** How many messages are kept: trimming comes in rounds. */
    reach: async (channel) => {
      const { first, last } = await ask('history', { channel, limit: 1 });
      return last - first + 1;
    },
  };
}
