// `npm run docs:screenshot`: takes the picture of the page that README.md shows, from the built server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

const PICTURE = 'docs/page.png';

const talk = [
  ['Ann', 'Good morning! The market opens at nine, the bells ring at noon.'],
  ['Ben', 'Thanks. Is the tower open to visitors today?'],
  ['Ann', 'From two to five. 今天下午两点到五点开放 🔔'],
];

const data = await mkdtemp(join(tmpdir(), 'belfry-picture-'));
const server = spawn(process.execPath, ['dist/main.js'], {
  env: { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', DATA_DIR: data },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await once(server.stdout, 'data');
const url = /http:\/\/\S+/.exec(String(line))?.[0];

const executablePath = process.env.CHROMIUM_PATH ?? (await sparticuz.executablePath());
// Chromium's own sandbox needs rights that a container does not give; what is visited here is our own.
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });

const pages = {};
for (const name of ['Ann', 'Ben']) {
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1000, height: 560 },
    deviceScaleFactor: 2,
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('#name').fill(name);
  await page.locator('#name').press('Enter');
  await page.locator('#state[data-state=connected]').waitFor();
  pages[name] = page;
}
for (const [name, text] of talk) {
  await pages[name].locator('#text').fill(text);
  await pages[name].locator('#text').press('Enter');
  await pages.Ben.getByText(text).waitFor();
}
await pages.Ben.screenshot({ path: PICTURE });

await browser.close();
server.kill();
await once(server, 'exit');
await rm(data, { recursive: true });
process.stdout.write(`${PICTURE}\n`);
