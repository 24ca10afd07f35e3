/**
 * Somebody else than the page, who says things in the announcements over a WebSocket of its own.
 */
import { Client } from './client.ts';
import type { ServerProcess } from './server-process.ts';

/** Whoever cries is not held to what a client may say in a second. */
export const UNLIMITED = { RATE_LIMIT: 'off', FRAME_RATE: 'off', BYTE_RATE: 'off' } as const;

/** Somebody who says as many things as it is told to. */
export class Crier {
  private constructor(private readonly client: Client) {}

  /** Connects to a server. */
  static async at({ wsUrl }: ServerProcess): Promise<Crier> {
    return new Crier(await Client.welcomed(`${wsUrl}/ws`));
  }

  /** Says `what 1` to `what count`, each when the one before it is kept. */
  async cry(what: string, count: number): Promise<void> {
    for (let number = 1; number <= count; number++) {
      await this.client.ask('message', { channel: 'announcements', text: `${what} ${number}` });
    }
  }

  /** Goes, and waits for the end. */
  async close(): Promise<void> {
    await this.client.close();
  }
}
