import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shows, systemLine, useBrowser } from '../support/browser.ts';
import { Client } from '../support/client.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();
let directory: string;
let server: ServerProcess;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-presence-'));
  const file = join(directory, 'channels.json');
  await writeFile(file, JSON.stringify({ 'room-*': { presence: true } }));
  server = await startServer({ CHANNELS_FILE: file });
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

/** Somebody with a name, and a secret that makes two connections one person. */
async function arrive(name: string, channel: string, secret = `${name}-${'s'.repeat(20)}`): Promise<Client> {
  const client = await Client.welcomed(`${server.wsUrl}/ws?name=${name}&client=${secret}`);
  await client.ask('join', { channel });
  return client;
}

it('lists who is there, with how many connections, and how many people in the head', async () => {
  const crowd = await Promise.all([arrive('Ann', 'room-1'), arrive('Ben', 'room-1'), arrive('Ben', 'room-1')]);
  const page = await browser.visit(`${server.url}/#room-1`);
  await page.locator('#people-title', { hasText: 'People · 3' }).waitFor();
  const people = page.locator('#people-list .person');
  expect(await people.locator('.times').allTextContents()).toEqual(['×2']);
  expect(await people.filter({ hasText: 'Ben' }).locator('.times').getAttribute('title')).toBe('2 connections');
  expect(await people.filter({ hasText: '(you)' }).count()).toBe(1);
  await Promise.all(crowd.map((client) => client.close()));
});

it('follows along when somebody joins and leaves', async () => {
  const page = await browser.visit(`${server.url}/#room-2`);
  await page.locator('#people-title', { hasText: 'People · 1' }).waitFor();
  const eve = await arrive('Eve', 'room-2');
  await page.locator('.person', { hasText: 'Eve' }).waitFor();
  await page.locator('#people-title', { hasText: 'People · 2' }).waitFor();
  await eve.ask('leave', { channel: 'room-2' });
  await eve.close();
  await page.locator('.person', { hasText: 'Eve' }).waitFor({ state: 'detached' });
  expect(await page.locator('#people-list .person').count()).toBe(1);
});

it('has no list where the channel does not tell, and says nothing about it', async () => {
  const page = await browser.visit(server.url);
  await systemLine(page, 'You are connected');
  await shows(page, 'connected');
  expect(await page.locator('#people').isVisible()).toBe(false);
  expect(await page.locator('#log .system').count()).toBe(1);
});

it('is a sheet on a phone, and the number stands in the head', async () => {
  const page = await browser.visit(`${server.url}/#room-3`, { viewport: { width: 390, height: 844 } });
  const opener = page.getByRole('button', { name: 'People: 1' });
  await opener.click();
  await page.locator('.person', { hasText: '(you)' }).waitFor();
  expect(await opener.textContent()).toMatch(/^\s*1\s*$/);
  await page.keyboard.press('Escape');
  await page.locator('#people').waitFor({ state: 'hidden' });
});
