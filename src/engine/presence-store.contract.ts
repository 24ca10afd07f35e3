/**
 * What every presence store must do, sentence by sentence as presence-store.ts says it. Each engine's spec runs it.
 */
import { EngineUnavailable } from './engine-unavailable.ts';
import type { PresenceChange, PresenceStore } from './presence-store.ts';

/** A store under test, new and empty. */
export interface PresenceUnderTest {
  readonly store: PresenceStore;
  /** Lets time pass, milliseconds, and what is due in it happen. The grace is PRESENCE_GRACE. */
  readonly pass: (milliseconds: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const ann = { id: 'u1', name: 'Ann' };
const bob = { id: 'u2' };

/** Runs the contract. */
export function describePresenceStore(name: string, open: () => Promise<PresenceUnderTest>): void {
  describe(`the presence store of ${name}`, () => {
    let under: PresenceUnderTest;
    let store: PresenceStore;
    let changes: PresenceChange[];
    beforeEach(async () => {
      under = await open();
      ({ store } = under);
      changes = [];
      store.onChanged((change) => changes.push(change));
    });
    afterEach(() => under.close());

    test('tells who came, once however many connections follow', async () => {
      await store.enter('a', ann, 'c1');
      await store.enter('a', ann, 'c2');
      await store.enter('a', bob, 'c3');
      expect(changes).toEqual([
        { channel: 'a', change: 'joined', user: ann },
        { channel: 'a', change: 'joined', user: bob },
      ]);
    });

    test('lists everyone in the order in which they came, with their connections', async () => {
      await store.enter('a', bob, 'c1');
      await store.enter('a', ann, 'c2');
      await store.enter('a', bob, 'c3');
      expect(await store.list('a')).toEqual([
        { ...bob, connections: 2 },
        { ...ann, connections: 1 },
      ]);
    });

    test('keeps channels apart', async () => {
      await store.enter('a', ann, 'c1');
      await store.enter('b', ann, 'c1');
      await store.leave('a', ann, 'c1');
      expect(await store.list('a')).toEqual([]);
      expect(await store.list('b')).toEqual([{ ...ann, connections: 1 }]);
      expect(await store.list('nobody')).toEqual([]);
    });

    test('counts a connection once however often it enters or leaves', async () => {
      await store.enter('a', ann, 'c1');
      await store.enter('a', ann, 'c1');
      expect(await store.list('a')).toEqual([{ ...ann, connections: 1 }]);
      await store.enter('a', ann, 'c2');
      await store.leave('a', ann, 'c1');
      await store.leave('a', ann, 'c1');
      expect(await store.list('a')).toEqual([{ ...ann, connections: 1 }]);
    });

    test('does not miss a connection that was never there', async () => {
      await store.leave('a', ann, 'c1');
      await store.enter('a', bob, 'c2');
      await store.leave('a', bob, 'c1');
      await under.pass(10_000);
      expect(await store.list('a')).toEqual([{ ...bob, connections: 1 }]);
      expect(changes.map(({ change }) => change)).toEqual(['joined']);
    });

    test('tells who left after 5 seconds, and lists them no more from the first', async () => {
      await store.enter('a', ann, 'c1');
      await store.leave('a', ann, 'c1');
      expect(await store.list('a')).toEqual([]);
      await under.pass(4900);
      expect(changes).toHaveLength(1);
      await under.pass(200);
      expect(changes[1]).toEqual({ channel: 'a', change: 'left', user: ann });
    });

    test('says nothing of a reload', async () => {
      await store.enter('a', ann, 'c1');
      await store.leave('a', ann, 'c1');
      await under.pass(4000);
      await store.enter('a', ann, 'c2');
      await under.pass(10_000);
      expect(changes).toHaveLength(1);
      expect(await store.list('a')).toEqual([{ ...ann, connections: 1 }]);
    });

    test('gives a full grace to each leave', async () => {
      await store.enter('a', ann, 'c1');
      await store.leave('a', ann, 'c1');
      await under.pass(4000);
      await store.enter('a', ann, 'c2');
      await store.leave('a', ann, 'c2');
      await under.pass(4000);
      expect(changes).toHaveLength(1);
      await under.pass(1100);
      expect(changes.map(({ change }) => change)).toEqual(['joined', 'left']);
    });

    test('tells of somebody who comes back after the grace', async () => {
      await store.enter('a', ann, 'c1');
      await store.leave('a', ann, 'c1');
      await under.pass(5100);
      await store.enter('a', ann, 'c2');
      expect(changes.map(({ change }) => change)).toEqual(['joined', 'left', 'joined']);
    });

    test('knows the name that a user has now', async () => {
      await store.enter('a', ann, 'c1');
      await store.enter('a', { ...ann, name: 'Anna' }, 'c2');
      expect(await store.list('a')).toEqual([{ id: 'u1', name: 'Anna', connections: 2 }]);
    });

    test('tells the last listener alone', async () => {
      const others: PresenceChange[] = [];
      store.onChanged((change) => others.push(change));
      await store.enter('a', ann, 'c1');
      expect([changes.length, others.length]).toEqual([0, 1]);
    });

    test('announces nothing after it was closed, and rejects', async () => {
      await store.enter('a', ann, 'c1');
      await store.leave('a', ann, 'c1');
      await store.close();
      await under.pass(10_000);
      expect(changes).toHaveLength(1);
      await expect(store.enter('a', ann, 'c2')).rejects.toThrow(EngineUnavailable);
      await expect(store.list('a')).rejects.toThrow(EngineUnavailable);
    });
  });
}
