/** What the client library costs whoever loads it: built as for a page, and weighed. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const BUNDLE = fileURLToPath(new URL('../../client/sdk/testing/bundle.mjs', import.meta.url));

/** Bytes after gzip. */
const LIMIT = 6 * 1024;
const FALLBACK_LIMIT = 5 * 1024;

async function bundle(entry: string): Promise<{ code: string; modules: string[] }> {
  const { stdout } = await promisify(execFile)(process.execPath, [BUNDLE, entry]);
  return JSON.parse(stdout) as { code: string; modules: string[] };
}

describe('the client library', () => {
  it('is at most 6 KiB after gzip, and brings neither a package, nor the outbox, nor the fallback', async () => {
    const { code, modules } = await bundle('index.ts');
    expect(modules.some((id) => id.endsWith('/client/sdk/belfry.ts'))).toBe(true);
    expect(modules.filter((id) => /node_modules|\/sdk\/(outbox|fallback)/.test(id))).toEqual([]);
    expect(gzipSync(code).length).toBeLessThanOrEqual(LIMIT);
  });

  it('has a fallback of at most 5 KiB after gzip, without a package', async () => {
    const { code, modules } = await bundle('fallback.ts');
    expect(modules.some((id) => id.endsWith('/client/sdk/fallback/http-socket.ts'))).toBe(true);
    expect(modules.filter((id) => id.includes('node_modules'))).toEqual([]);
    expect(gzipSync(code).length).toBeLessThanOrEqual(FALLBACK_LIMIT);
  });
});
