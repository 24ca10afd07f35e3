// `node scripts/screenshot-icons.mjs`: draws the page's icons of pixels from client/page/public/bell.svg. Run it when that changes.
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

const FOLDER = 'client/page/public';

/** File, its size in px, how much of it the bell takes, and its ground. A maskable icon may lose all but its middle four fifths. */
const icons = [
  ['icon-192.png', 192, 0.9, 'transparent'],
  ['icon-512.png', 512, 0.9, 'transparent'],
  ['icon-maskable-512.png', 512, 0.6, '#fbfaf7'],
  ['icon-touch-180.png', 180, 0.72, '#fbfaf7'],
];

const bell = await readFile(`${FOLDER}/bell.svg`, 'utf8');
const executablePath = process.env.CHROMIUM_PATH ?? (await sparticuz.executablePath());
// Chromium's own sandbox needs rights that a container does not give; what is drawn here is our own.
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
for (const [file, size, share, ground] of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>
    body { display: grid; place-items: center; height: 100vh; margin: 0; background: ${ground} }
    svg { width: ${share * 100}% }
  </style>${bell}`);
  await writeFile(`${FOLDER}/${file}`, await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
