/**
 * A client that is Belfry's own library, in Node. What it is given is what an app would be given.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { PublishAck } from '../../../src/protocol/events.ts';
import type { View } from '../ledger/view.ts';
import { COME_BACK, secretOf } from './client.ts';
import type { ClientOptions, Publication, TestClient } from './client.ts';
import type { Sdk, SdkBelfry } from './sdk.ts';

/** A client with the library. */
export class SdkClient implements TestClient {
  readonly name: string;
  readonly views: ReadonlyMap<string, View>;
  private readonly belfry: SdkBelfry;
  private closed = false;
  /** The channels that it is in, on the connection that there is. */
  private readonly inside = new Set<string>();
  private readonly joins: ReadonlyArray<Promise<unknown>>;

  constructor(
    sdk: Sdk,
    private readonly options: ClientOptions,
  ) {
    const { name, url, channels, ledger, random } = options;
    this.name = name;
    this.belfry = new sdk.Belfry(`${url}/ws`, { name, client: secretOf(random), WebSocket, queue: 100_000 });
    this.belfry.on('error', ({ message, temporary }) => {
      if (!temporary && !this.closed) ledger.complain(`${name}: ${message}`);
    });
    // Waits that grow up to 20 s are right for people; here they would leave the faults with nobody to happen to.
    this.belfry.on('state', ({ kind }) => this.changed(kind));
    this.views = new Map(channels.map((channel) => [channel, ledger.view(name, channel)]));
    this.joins = [...this.views].map(async ([name_, view]) => {
      const channel = this.belfry.channel(name_);
      channel.on('joined', (ack) => {
        view.joined(ack);
        this.inside.add(name_);
        if (this.inside.size === this.views.size) ledger.reconnects.back(name);
      });
      channel.on('gap', (gap) => view.gap(gap));
      channel.on('message', (message) => view.message(message));
      return channel.join();
    });
  }

  async ready(): Promise<void> {
    await Promise.all(this.joins);
  }

  async publish({ channel, key, text }: Publication): Promise<PublishAck> {
    const { ledger } = this.options;
    ledger.publishes(channel, key);
    try {
      const ack = await this.belfry.channel(channel).publish({ text }, { key });
      ledger.acknowledges(key, ack);
      return ack;
    } catch (error) {
      if (!this.closed) ledger.complain(`${this.name} gave up on ${key}: ${(error as Error).message}`);
      // As with a client that has no library: what is never answered never ends.
      return new Promise(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.belfry.close();
    await Promise.resolve();
  }

  private changed(kind: string): void {
    const { name, ledger } = this.options;
    if (kind === 'connected' && this.views.size === 0) ledger.reconnects.back(name);
    if (kind !== 'waiting') return;
    this.inside.clear();
    ledger.reconnects.lost(name);
    void this.hurry();
  }

  private async hurry(): Promise<void> {
    await wait(this.options.random.between(COME_BACK.from, COME_BACK.to));
    if (this.belfry.state.kind === 'waiting') this.belfry.connect();
  }
}
