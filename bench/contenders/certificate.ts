/**
 * A certificate for localhost that lasts as long as the run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../test/support/root.ts';

/** The variables with which a server is told of it. Its files go when the process does. */
export function makeCertificate(): Readonly<Record<'TLS_CERT_FILE' | 'TLS_KEY_FILE', string>> {
  const directory = mkdtempSync(join(tmpdir(), 'belfry-bench-cert-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const made = spawnSync(process.execPath, [join(ROOT, 'scripts/cert.mjs'), '--out', directory], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`No certificate could be made: ${made.stderr}`);
  return { TLS_CERT_FILE: join(directory, 'cert.pem'), TLS_KEY_FILE: join(directory, 'key.pem') };
}
