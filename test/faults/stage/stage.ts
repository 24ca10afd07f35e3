/**
 * What a scenario plays on: one server or several, the clients, most with a proxy of their own, and the ledger. Whatever was started
 * here is ended by `close`.
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
import type { House, Site } from './house.ts';
import type { Server } from './server.ts';

/** How a stage is set. */
export interface StageOptions {
  readonly seed: number;
  /** HISTORY_SIZE, for every channel. */
  readonly historySize: number;
  /** Settings of the server besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the log may lose its memory, as long as it says so. */
  readonly mayForget?: boolean;
  /** Told how far the scenario is, 0..1. */
  readonly progress: (share: number) => void;
}

/** A client and the proxy through which alone it reaches the server. */
export interface Seat<Client extends TestClient = TestClient> {
  readonly client: Client;
  readonly proxy: FaultProxy;
}

/** All clients have one address, and come back and send as fast as they can. */
const UNHURRIED = { HANDSHAKE_RATE: 'off', FRAME_RATE: 'off', BYTE_RATE: 'off', RATE_LIMIT: 'off' } as const;

/** Milliseconds in which nothing at all happens to anybody, after which what is missing will not come any more. */
const QUIET = 30_000;
const LOOK = 20;

/** One run's servers, proxies, clients and books. */
export class Stage<Of extends House = Server> {
  readonly ledger: Ledger;
  readonly random: Random;
  readonly progress: (share: number) => void;
  /** What a reader of the report should know besides the counts. */
  readonly notes: string[] = [];
  /** Tabs that were opened. */
  tabs = 0;
  private readonly seated: TestClient[] = [];
  private readonly proxies: FaultProxy[] = [];
  private sdkModule: Promise<Sdk> | undefined;

  private constructor(
    private readonly options: StageOptions,
    readonly server: Of,
    private readonly directory: string,
  ) {
    this.ledger = new Ledger({ mayForget: options.mayForget ?? false });
    this.random = new Random(options.seed);
    this.progress = options.progress;
    process.once('exit', this.abandon);
  }

  /**
   * Opens a stage in an empty directory.
   *
   * @param build starts what it is played on
   */
  static async open<Of extends House>(options: StageOptions, build: (site: Site) => Promise<Of>): Promise<Stage<Of>> {
    const directory = await mkdtemp(join(tmpdir(), 'belfry-faults-'));
    try {
      const { historySize, env, seed } = options;
      const server = await build({
        directory,
        env: { HISTORY_SIZE: String(historySize), ...UNHURRIED, ...env },
        random: new Random(seed ^ process.pid),
      });
      return new Stage(options, server, directory);
    } catch (error) {
      await rm(directory, { recursive: true });
      throw error;
    }
  }

  /** How many clients there are, in seats and in a browser's tabs. */
  get clients(): number {
    return this.seated.length + this.tabs;
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
    const sdk = await this.library();
    return this.seat(name, channels, (options) => new SdkClient(sdk, options));
  }

  /** Lets a client without a library in, which connects to where the servers are found, with no proxy of its own. */
  async plainRaw(name: string, channels: readonly string[] = []): Promise<RawClient> {
    return this.admit(new RawClient(this.optionsOf(name, this.server.address, channels)));
  }

  /** As `plainRaw`, with Belfry's library. */
  async plainSdk(name: string, channels: readonly string[] = []): Promise<SdkClient> {
    const sdk = await this.library();
    return this.admit(new SdkClient(sdk, this.optionsOf(name, this.server.address, channels)));
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
        const { epoch, last: offset } = await reader.reach(channel);
        const isBehind = (): boolean => this.ledger.behind(channel, { epoch, offset }).length > 0;
        await this.until(`subscribers of ${channel} are behind`, () => !isBehind());
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

  /** Ends everything that was started here, servers by SIGTERM: they must leave with 0. */
  async close(): Promise<void> {
    await this.each(this.seated.map((client) => client.close()));
    await this.each(this.proxies.map((proxy) => proxy.close()));
    for (const problem of await this.server.leave()) this.ledger.complain(problem);
    await rm(this.directory, { recursive: true });
    process.off('exit', this.abandon);
  }

  /** Waits for all. One that fails must not keep the others, and the server, from their end. */
  private async each(ends: ReadonlyArray<Promise<void>>): Promise<void> {
    for (const end of await Promise.allSettled(ends)) {
      if (end.status === 'rejected') this.ledger.complain(`something did not end: ${String(end.reason)}`);
    }
  }

  /** When this process is ended before the stage is closed, neither servers nor files may stay behind. */
  private readonly abandon = (): void => {
    this.server.abandon();
    rmSync(this.directory, { recursive: true, force: true });
  };

  private async seat<Client extends TestClient>(
    name: string,
    channels: readonly string[],
    make: (options: ClientOptions) => Client,
  ): Promise<Seat<Client>> {
    const proxy = await this.proxy();
    const client = await this.admit(make(this.optionsOf(name, proxy.url, channels)));
    return { client, proxy };
  }

  private optionsOf(name: string, url: string, channels: readonly string[]): ClientOptions {
    return { name, url, channels, ledger: this.ledger, random: this.random.fork() };
  }

  private async admit<Client extends TestClient>(client: Client): Promise<Client> {
    this.seated.push(client);
    await this.patiently(`${client.name} cannot join`, client.ready());
    return client;
  }

  private async library(): Promise<Sdk> {
    this.sdkModule ??= loadSdk(this.directory);
    return this.sdkModule;
  }
}
