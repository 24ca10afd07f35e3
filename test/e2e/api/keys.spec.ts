/** The file of API keys: what is wrong in it is told, and what changes in it counts without a restart. */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import request from 'supertest';
import { runServer, startServer } from '../../support/server-process.ts';
import { keyFile, newKey, writeKeys } from '../../support/api.ts';
import { until } from '../../../src/engine/log-under-test.contract.ts';

const run = promisify(execFile);

async function statusOf(url: string, key: string): Promise<number> {
  return (await request(url).get('/api/channels').set('Authorization', `Bearer ${key}`)).status;
}

describe('the file of API keys', () => {
  it('is read again: a new key comes, both are good, the old one goes, and nobody restarts anything', async () => {
    const [old, next] = [newKey(), newKey()];
    const file = keyFile(old);
    const server = await startServer({ API_KEYS_FILE: file });
    expect(await statusOf(server.url, old.key)).toBe(200);
    expect(await statusOf(server.url, next.key)).toBe(401);
    writeKeys(file, old, next);
    await until(async () => (await statusOf(server.url, next.key)) === 200);
    expect(await statusOf(server.url, old.key)).toBe(200);
    writeKeys(file, next);
    await until(async () => (await statusOf(server.url, old.key)) === 401);
    expect(await statusOf(server.url, next.key)).toBe(200);
    await server.stop();
    for (const { key } of [old, next]) expect(server.output()).not.toMatch(key);
  });

  it('that becomes wrong, or is gone, leaves the keys as they were, and the log says so', async () => {
    const key = newKey();
    const file = keyFile(key);
    const server = await startServer({ API_KEYS_FILE: file });
    writeFileSync(file, '{"keys": [');
    await until(async () => Promise.resolve(server.output().includes('is not valid JSON')));
    expect(await statusOf(server.url, key.key)).toBe(200);
    rmSync(file);
    await until(async () => Promise.resolve(server.output().includes('cannot be read')));
    expect(await statusOf(server.url, key.key)).toBe(200);
    writeKeys(file);
    await until(async () => (await statusOf(server.url, key.key)) === 401);
    await server.stop();
  });

  it('is refused at the start when it is wrong, with everything that is', async () => {
    const file = keyFile();
    const entry = { id: 'a b', sha256: 'beef', permissions: [{ channel: 'x', allow: ['fly'] }], secret: 1 };
    writeFileSync(file, JSON.stringify({ keys: [entry] }));
    for (const args of [[], ['--check']]) {
      const { output, ended } = runServer({ API_KEYS_FILE: file }, args);
      expect((await ended).code).toBe(1);
      for (const part of ['keys[0].id:', 'keys[0].sha256:', 'keys[0].permissions[0].allow:', 'keys[0].secret:']) {
        expect(output()).toContain(part);
      }
      expect(output()).not.toMatch(/ at .+\.js/);
    }
  });

  it('is refused at the start when it is not there', async () => {
    const { output, ended } = runServer({ API_KEYS_FILE: '/nowhere/keys.json' });
    expect((await ended).code).toBe(1);
    expect(output()).toMatch(/API_KEYS_FILE \/nowhere\/keys.json cannot be read/);
  });

  it('takes what npm run key prints', async () => {
    const { stdout } = await run(process.execPath, ['scripts/key.mjs', 'orders', '--allow', 'publish,history']);
    const [, key = '', entry = ''] = /^key +(belfry_[\w-]{43})\nentry +(.+)\n$/.exec(stdout) ?? [];
    // Whoever reads the file cannot use what it says.
    expect(entry).not.toContain(key.slice('belfry_'.length));
    const file = keyFile({ key, entry: JSON.parse(entry) as object });
    const server = await startServer({ API_KEYS_FILE: file });
    await request(server.url).get('/api/channels/x/messages').set('X-API-Key', key).expect(200);
    expect(await statusOf(server.url, key)).toBe(403);
    await server.stop();
  });

  it.each([
    [[], 'Name whoever uses the key'],
    [['a b'], 'Name whoever uses the key'],
    [['a', '--allow', 'fly'], 'join, publish, history, presence'],
    [['a', '--expires', 'soon'], 'such as 2030'],
  ])('npm run key -- %j says what is wrong', async (args, sentence) => {
    await expect(run(process.execPath, ['scripts/key.mjs', ...args])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(sentence) as string,
    });
  });
});
