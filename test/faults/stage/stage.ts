/**
 * What a scenario plays on: one server, a proxy for each client, and the ledger. Whatever was started here is ended by `close`.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClientOptions, TestClient } from '../clients/client.ts';
import { HistoryReader } from '../clients/history.ts';
import { RawClient } from '../clients/raw-client.ts';
import { SdkClient } from '../clients/sdk-client.ts';
import { loadSdk } from '../clients/sdk.ts';
import type { Sdk } from '../clients/sdk.ts';
import { Ledger } from '../ledger/ledger.ts';
import { FaultProxy } from '../proxy/proxy.ts';
import { Random } from '../random.ts';
import { Server } from './server.ts';

/** How a stage is set. */
export interface StageOptions {
  readonly seed: number;
  /** HISTORY_SIZE, for every channel. */
  readonly historySize: number;
  /** Settings of the server besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told how far the scenario is, 0..1. */
  readonly progress: (share: number) => void;
}

/** A client and the proxy through which alone it reaches the server. */
export interface Seat<Client extends TestClient = TestClient> {
  readonly client: Client;
  readonly proxy: FaultProxy;
}

/** Milliseconds in which nothing at all happens to anybody, after which what is missing will not come any more. */
const QUIET = 30_000;
const LOOK = 20;

/** One run's server, proxies, clients and books. */
export class Stage {
  readonly ledger = new Ledger();
  readonly random: Random;
  readonly progress: (share: number) => void;
  /** What a reader of the report should know besides the counts. */
  readonly notes: string[] = [];
  /** Tabs that were opened. */
  tabs = 0;
  private readonly seats: Seat[] = [];
  private readonly proxies: FaultProxy[] = [];
  private sdkModule: Promise<Sdk> | undefined;

  private constructor(
    private readonly options: StageOptions,
    readonly server: Server,
    private readonly directory: string,
  ) {
    this.random = new Random(options.seed);
    this.progress = options.progress;
    process.once('exit', this.abandon);
  }

  /** Starts a server on an empty data directory. */
  static async open(options: StageOptions): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'belfry-faults-'));
    try {
      const { historySize, env, seed } = options;
      const data = { DATA_DIR: join(directory, 'data'), HISTORY_SIZE: String(historySize) };
      const server = await Server.start({ ...data, ...env }, new Random(seed ^ process.pid));
      return new Stage(options, server, directory);
    } catch (error) {
      await rm(directory, { recursive: true });
      throw error;
    }
  }

  /** How many clients there are, in seats and in a browser's tabs. */
  get clients(): number {
    return this.seats.length + this.tabs;
  }

  /** A proxy before the server. */
  async proxy(): Promise<FaultProxy> {
    const proxy = await FaultProxy.start(this.server.port);
    this.proxies.push(proxy);
    return proxy;
  }

  /** Seats a client without a library, which listens to these channels. */
  async raw(name: string, channels: readonly string[] = []): Promise<Seat<RawClient>> {
    return this.seat(name, channels, (options) => new RawClient(options));
  }

  /** Seats a client with Belfry's library, which listens to these channels. */
  async sdk(name: string, channels: readonly string[] = []): Promise<Seat<SdkClient>> {
    this.sdkModule ??= loadSdk(this.directory);
    const sdk = await this.sdkModule;
    return this.seat(name, channels, (options) => new SdkClient(sdk, options));
  }

  /** Asks the server itself. */
  async asking<T>(question: (reader: HistoryReader) => Promise<T>): Promise<T> {
    const reader = await HistoryReader.open(this.server.url);
    try {
      return await question(reader);
    } finally {
      await reader.close();
    }
  }

  /** Waits until every publication is answered and every subscriber stands at the head, as long as anything still happens. */
  async settle(publishing: ReadonlyArray<Promise<unknown>>): Promise<void> {
    await this.patiently('publications are unanswered', Promise.all(publishing));
    await this.asking(async (reader) => {
      for (const channel of this.ledger.channels) {
        const { last } = await reader.reach(channel);
        await this.until(`subscribers of ${channel} are behind`, () => this.ledger.behind(channel, last).length === 0);
      }
    });
  }

  /** Waits until something holds, as long as anything still happens to anybody. */
  async until(otherwise: string, holds: () => boolean): Promise<void> {
    let { pulse } = this.ledger;
    for (let since = Date.now(); !holds(); await wait(LOOK)) {
      if (pulse !== this.ledger.pulse) since = Date.now();
      ({ pulse } = this.ledger);
      if (Date.now() - since > QUIET) throw new Error(`${otherwise}, and nothing happened for ${QUIET / 1000} s`);
    }
  }

  /** Waits for a promise, as long as anything still happens to anybody. */
  async patiently<T>(otherwise: string, work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    const [result] = await Promise.all([done, Promise.race([done, this.until(otherwise, () => isDone)])]);
    return result;
  }

  /** Compares what everybody was told with the history. */
  async judge(): Promise<void> {
    await this.asking(async (reader) => {
      for (const channel of this.ledger.channels) {
        const kept = await reader.readAll(this.ledger.recordOf(channel));
        this.ledger.judge(channel, { kept, size: this.options.historySize });
      }
    });
  }

  /** Ends everything that was started here, the server by SIGTERM: it must leave with 0. */
  async close(): Promise<void> {
    await this.each(this.seats.map(({ client }) => client.close()));
    await this.each(this.proxies.map((proxy) => proxy.close()));
    const wasUp = this.server.isUp;
    const code = await this.server.stop();
    if (!wasUp) this.ledger.complain(`the server had ended by itself:\n${this.server.output}`);
    else if (code !== 0) this.ledger.complain(`the server left with ${code}:\n${this.server.output}`);
    await rm(this.directory, { recursive: true });
    process.off('exit', this.abandon);
  }

  /** Waits for all. One that fails must not keep the others, and the server, from their end. */
  private async each(ends: ReadonlyArray<Promise<void>>): Promise<void> {
    for (const end of await Promise.allSettled(ends)) {
      if (end.status === 'rejected') this.ledger.complain(`something did not end: ${String(end.reason)}`);
    }
  }

  /** When this process is ended before the stage is closed, neither server nor files may stay behind. */
  private readonly abandon = (): void => {
    this.server.killNow();
    rmSync(this.directory, { recursive: true, force: true });
  };

  private async seat<Client extends TestClient>(
    name: string,
    channels: readonly string[],
    make: (options: ClientOptions) => Client,
  ): Promise<Seat<Client>> {
    const proxy = await this.proxy();
    const client = make({ name, url: proxy.url, channels, ledger: this.ledger, random: this.random.fork() });
    const seat = { client, proxy };
    this.seats.push(seat);
    await this.patiently(`${name} cannot join`, client.ready());
    return seat;
  }
}
