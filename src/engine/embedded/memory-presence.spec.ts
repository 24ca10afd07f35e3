import { describePresenceStore } from '../presence-store.contract.ts';
import { MemoryPresence } from './memory-presence.ts';

const { jest } = import.meta;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describePresenceStore('this process', () => {
  const store = new MemoryPresence();
  return Promise.resolve({
    store,
    pass: async (milliseconds) => {
      await jest.advanceTimersByTimeAsync(milliseconds);
    },
    close: () => store.close(),
  });
});

test('presence in memory remembers nobody who has left, and keeps no process alive', async () => {
  const store = new MemoryPresence();
  await store.enter('a', { id: 'u1' }, 'c1');
  await store.leave('a', { id: 'u1' }, 'c1');
  expect(jest.getTimerCount()).toBe(1);
  await jest.advanceTimersByTimeAsync(5000);
  expect(jest.getTimerCount()).toBe(0);
  await store.close();
});
