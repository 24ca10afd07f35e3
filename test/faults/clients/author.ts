/**
 * Publishes under keys that count, through any client, one by one or as many at a time as a scenario wants.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { PublishAck } from '../../../src/protocol/events.ts';
import { keyOf, textOf } from '../ledger/key.ts';
import type { TestClient } from './client.ts';
import type { RawClient } from './raw-client.ts';

/** How an author publishes. */
export interface Pumping {
  readonly channels: readonly [string, ...string[]];
  /** Asked before each publication: whether there is to be one. */
  readonly more: () => boolean;
  /** Publications that may be unanswered at a time. */
  readonly window: number;
  /** Characters of each text. */
  readonly length: number;
  /** Milliseconds from an answer to the next publication; none when left out: at full speed. */
  readonly pause?: () => number;
}

/** Milliseconds between two looks of an author without keys at whether its client is connected. */
const LOOK = 20;

/**
 * Publishes to the channels in turn, without keys: what gets no answer is given up, as sending it again could double it. Resolves
 * when there is to be no more.
 */
export async function pumpOnce(
  client: RawClient,
  { channels, more, length, pause }: Omit<Pumping, 'window'>,
): Promise<void> {
  for (let number = 1; more(); number += 1) {
    while (!client.isConnected && more()) await wait(LOOK);
    if (!more()) return;
    const key = keyOf(client.name, number);
    await client.publishOnce({
      channel: channels[number % channels.length] ?? channels[0],
      key,
      text: textOf(key, length),
    });
    if (pause) await wait(pause());
  }
}

/** Someone who publishes. */
export class Author {
  private number = 0;

  constructor(private readonly client: TestClient) {}

  /** Publishes once. */
  async publish(channel: string, length: number): Promise<PublishAck> {
    this.number += 1;
    const key = keyOf(this.client.name, this.number);
    return this.client.publish({ channel, key, text: textOf(key, length) });
  }

  /** Publishes to the channels in turn. Resolves when there is to be no more and everything is answered. */
  async pump({ channels, more, window, length, pause }: Pumping): Promise<void> {
    const lane = async (): Promise<void> => {
      while (more()) {
        await this.publish(channels[this.number % channels.length] ?? channels[0], length);
        if (pause) await wait(pause());
      }
    };
    await Promise.all(Array.from({ length: window }, lane));
  }
}
