/**
 * Many connections: opened a bounded number at a time, and closed together.
 */
import { Connection } from './wire/connection.ts';
import type { Door, Listener } from './wire/connection.ts';

/** Handshakes under way at once. */
const AT_ONCE = 64;

/** What differs from one connection to the next. */
export type DoorOf = (index: number) => Door;

/** Opens `count` connections and resolves when all are greeted. Rejects with the first that fails. */
export async function openAll(count: number, doorOf: DoorOf, listener: Listener, from = 0): Promise<Connection[]> {
  const connections: Connection[] = [];
  let next = from;
  const openSome = async (): Promise<void> => {
    while (next < from + count) {
      const index = next;
      next += 1;
      const connection = new Connection(doorOf(index), listener, index);
      connections.push(connection);
      await connection.ready;
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, openSome));
  } catch (error) {
    closeAll(connections);
    throw error;
  }
  return connections.toSorted((a, b) => a.index - b.index);
}

/** Cuts all lines. */
export function closeAll(connections: readonly Connection[]): void {
  for (const connection of connections) connection.close();
}
