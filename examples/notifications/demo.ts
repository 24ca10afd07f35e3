/**
 * What an installation has already and a demo has not: a secret for tokens, and a key for the backend. Both new with each start.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Settings for the demo. Prints the key, and what it is for; its file goes with the process. */
export function demoSettings(): NodeJS.ProcessEnv {
  const directory = mkdtempSync(join(tmpdir(), 'belfry-notifications-'));
  process.once('exit', () => rmSync(directory, { recursive: true }));
  const file = join(directory, 'api-keys.json');
  const key = `belfry_${randomBytes(32).toString('base64url')}`;
  const sha256 = createHash('sha256').update(key).digest('hex');
  const permissions = [{ channel: 'user-*', allow: ['publish'] }];
  writeFileSync(file, JSON.stringify({ keys: [{ id: 'orders', sha256, permissions }] }));
  process.stdout.write(`The backend of the demo is whoever has this key:\n\n  export KEY=${key}\n\n`);
  return { ANONYMOUS: 'none', AUTH_JWT_SECRET: randomBytes(48).toString('base64'), API_KEYS_FILE: file };
}
