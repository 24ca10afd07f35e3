import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, constantFrom, nat, record } from 'fast-check';
import { DataFile, FencedOff } from './data-file.ts';
import { expiryKey, messageKey } from './layout.ts';
import { Transaction } from './transaction.ts';

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'belfry-room-'))));
afterEach(() => rm(directory, { recursive: true }));

test('the room that is taken for a transaction is enough for it, whatever it writes', async () => {
  const file = await DataFile.open(directory, 'commit');
  await file.beginLife('life');
  let offset = 0;
  // Enough keys that those of a transaction each hit a page of their own.
  const many = new Transaction();
  for (let index = 0; index < 20_000; index += 1) many.put(file.keys, randomBytes(20), Buffer.alloc(24));
  await (
    await file.write(many)
  ).flushed;
  const writes = record({
    channels: nat(40).map((n) => n + 1),
    messages: nat(300),
    size: constantFrom(1, 100, 1900, 2000, 2100, 4000, 5000, 70_000),
    keys: nat(300),
  });
  await assert(
    asyncProperty(array(writes, { minLength: 1, maxLength: 4 }), async (transactions) => {
      for (const { channels, messages, size, keys } of transactions) {
        const transaction = new Transaction();
        for (let index = 0; index < messages; index += 1) {
          offset += 1;
          const key = messageKey(offset % channels, offset);
          transaction.put(file.messages, key, Buffer.alloc(size), { placement: 'behind' });
        }
        for (let channel = 0; channel < channels; channel += 1) {
          transaction.put(file.channels, `channel ${channel}`, Buffer.alloc(16));
        }
        for (let index = 0; index < keys; index += 1) {
          offset += 1;
          transaction.put(file.keys, randomBytes(20), Buffer.alloc(24));
          transaction.put(file.expiry, expiryKey(offset), randomBytes(20), { placement: 'behind' });
        }
        const before = file.usedBytes;
        await (
          await file.write(transaction)
        ).flushed;
        expect(file.usedBytes - before).toBeLessThanOrEqual(transaction.room);
      }
    }),
    { numRuns: 40 },
  );
  await file.close();
});

test('a process that opens the file shuts out the one that had it before, and nothing of that one is written', async () => {
  const first = await DataFile.open(directory, 'commit');
  await first.beginLife('first');
  const second = await DataFile.open(directory, 'commit');
  await second.beginLife('second');
  const late = new Transaction();
  late.put(first.channels, 'late', Buffer.alloc(16));
  await expect((await first.write(late)).kept).rejects.toThrow(FencedOff);
  expect(second.channels.get('late')).toBeUndefined();
  const good = new Transaction();
  good.put(second.channels, 'good', Buffer.alloc(16));
  await (
    await second.write(good)
  ).kept;
  expect(second.channels.get('good')).toHaveLength(16);
  await first.close();
  await second.close();
});
