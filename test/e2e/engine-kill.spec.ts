import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EmbeddedLog } from '../../src/engine/embedded/embedded-log.ts';
import type { MessageData } from '../../src/protocol/events.ts';

const APPENDER = fileURLToPath(new URL('../engine/appender.mjs', import.meta.url));
const RUNS = 5;

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'belfry-kill-'))));
afterEach(() => rm(directory, { recursive: true }));

/** Lets a process append for a while, kills it, and returns what it had acknowledged: texts by their offsets. */
async function appendUntilKilled(durability: string, run: number): Promise<Map<number, string>> {
  const child = spawn(process.execPath, [APPENDER, directory, durability, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await once(child.stdout, 'data');
  await sleep(50 + Math.random() * 200);
  child.kill('SIGKILL');
  await once(child, 'close');
  const lines = printed.slice(0, printed.lastIndexOf('\n')).split('\n');
  return new Map(
    lines.map((line) => line.split(' ') as [string, string]).map(([offset, text]) => [Number(offset), text]),
  );
}

async function allMessages(log: EmbeddedLog): Promise<MessageData[]> {
  const messages: MessageData[] = [];
  for (;;) {
    const page = await log.read({ channel: 'a', after: messages.length, limit: 500 });
    if (page.entries.length === 0) return messages;
    messages.push(...page.entries.map(({ json }) => JSON.parse(json) as MessageData));
  }
}

test.each(['commit', 'flush'] as const)(
  'a log with DURABILITY=%s that is killed while it appends has all that it acknowledged, once and in order',
  async (durability) => {
    const acknowledged = new Map<number, string>();
    const epochs = new Set<string>();
    for (let run = 1; run <= RUNS; run += 1) {
      for (const [offset, text] of await appendUntilKilled(durability, run)) acknowledged.set(offset, text);
      const log = await EmbeddedLog.open({
        directory,
        durability,
        idempotencyTtl: 60_000,
        retention: () => ({ size: 1_000_000, ttl: 60_000 }),
      });
      const messages = await allMessages(log);
      epochs.add((await log.reach('a')).epoch);
      expect(messages.map(({ offset }) => offset)).toEqual(messages.map((_, index) => index + 1));
      const lost = [...acknowledged].filter(([offset, text]) => messages[offset - 1]?.text !== text);
      expect(lost).toEqual([]);
      expect(new Set(messages.map(({ text }) => text)).size).toBe(messages.length);
      // Whoever did not hear the acknowledgement sends again, and gets it now.
      const last = messages.at(-1);
      const again = await log.append('a', { from: 'u1', text: 'again', key: last?.key ?? '' });
      expect(again).toMatchObject({ offset: last?.offset, duplicate: true });
      await log.close();
    }
    expect(acknowledged.size).toBeGreaterThan(RUNS * 20);
    expect(epochs.size).toBe(1);
  },
);
