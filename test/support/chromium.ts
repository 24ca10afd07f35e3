/**
 * A real Chromium, for the browser tests and the fault harness. It comes out of the npm registry (`@sparticuz/chromium`) and is
 * unpacked once per machine; `CHROMIUM_PATH` names another one, for systems that it was not built for.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** Starts one. */
export async function startChromium(): Promise<Browser> {
  // Its own sandbox needs rights that a container does not give; what is visited here is our own.
  return chromium.launch({ executablePath: await chromiumPath(), args: ['--no-sandbox'] });
}

/** The path of a Chromium that can be started. */
async function chromiumPath(): Promise<string> {
  const given = process.env['CHROMIUM_PATH'];
  if (given !== undefined) return given;
  const shared = join(tmpdir(), 'belfry-chromium');
  if (!existsSync(shared)) await unpack(shared);
  return join(shared, 'chromium');
}

/**
 * Unpacks Chromium into a directory that appears whole or not at all: several workers may be at it, and a second run must
 * never find half a browser. A process of its own does it because the package always unpacks into `TMPDIR`.
 */
async function unpack(shared: string): Promise<void> {
  const own = await mkdtemp(`${shared}-`);
  const script = "const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();";
  const env = { ...process.env, TMPDIR: own };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
  try {
    await rename(own, shared);
  } catch (error) {
    await rm(own, { recursive: true });
    if (!existsSync(shared)) throw error;
  }
}
