/**
 * A real Chromium outside of Jest, from the npm registry as in test/support/browser.ts; `CHROMIUM_PATH` names another one.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { ROOT } from '../stage/root.ts';

/** Starts one. */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? (await unpacked());
  // Its own sandbox needs rights that a container does not give; what is visited here is our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** Unpacked once per machine, into a directory that appears whole or not at all: others may be at it too. */
async function unpacked(): Promise<string> {
  const shared = join(tmpdir(), 'belfry-chromium');
  if (existsSync(shared)) return join(shared, 'chromium');
  const own = await mkdtemp(`${shared}-`);
  const script = "const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();";
  const options = { cwd: ROOT, env: { ...process.env, TMPDIR: own } };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], options);
  try {
    await rename(own, shared);
  } catch (error) {
    await rm(own, { recursive: true });
    if (!existsSync(shared)) throw error;
  }
  return join(shared, 'chromium');
}
