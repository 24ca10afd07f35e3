/**
 * A WebSocket client for tests: frames are waited for one by one, so that no test sleeps.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

/** A frame of data as it came. */
export interface Received {
  readonly text: string;
  readonly binary: boolean;
}

/** An envelope from `/ws`, or whatever JSON came. */
export interface Json {
  readonly event?: string;
  readonly id?: number | string;
  readonly data?: Record<string, unknown>;
  readonly [property: string]: unknown;
}

/** How a connection ended. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A client whose frames are queued until the test asks for them. */
export class Client {
  private readonly frames: Received[] = [];
  private readonly takers: Array<(frame: Received) => void> = [];
  /** Resolves when the connection has ended. */
  readonly closed: Promise<Closing>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer, binary) => this.take({ text: data.toString(), binary }));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /**
   * Connects.
   *
   * @throws Error when the upgrade is refused
   */
  static async open(url: string, protocols: string[] = [], options: ClientOptions = {}): Promise<Client> {
    const socket = new WebSocket(url, protocols, options);
    const client = new Client(socket);
    await once(socket, 'open');
    return client;
  }

  /** Connects to `/ws` and takes its `welcome`. */
  static async welcomed(url: string): Promise<Client> {
    const client = await Client.open(url);
    await client.event('welcome');
    return client;
  }

  /** Connects to `/ws` and joins a channel. */
  static async joined(url: string, channel: string): Promise<Client> {
    const client = await Client.welcomed(url);
    await client.ask('join', { channel });
    return client;
  }

  /** Sends an object as JSON in a text frame, and anything else as it is. */
  send(frame: object | string | Buffer): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** Sends a request and returns the next frame that carries its id. Frames before it are dropped. */
  async ask(event: string, data?: unknown, id: number | string = `${event}-${Math.random()}`): Promise<Json> {
    this.send({ event, data, id });
    return this.find((frame) => frame.id === id);
  }

  /** The next frame, as it came. */
  async frame(): Promise<Received> {
    const waiting = this.frames.shift();
    return waiting ?? new Promise((resolve) => this.takers.push(resolve));
  }

  /** The next frame, as JSON. */
  async json(): Promise<Json> {
    return JSON.parse((await this.frame()).text) as Json;
  }

  /** The next frame of that event. Frames before it are dropped. */
  async event(name: string): Promise<Json> {
    return this.find((frame) => frame.event === name);
  }

  /** The next frames, as JSON. */
  async jsons(count: number): Promise<Json[]> {
    const taken: Json[] = [];
    for (let i = 0; i < count; i += 1) taken.push(await this.json());
    return taken;
  }

  /** Everything that has come and was not asked for. */
  get waiting(): readonly Received[] {
    return this.frames;
  }

  /** Closes and waits for the end. */
  async close(): Promise<Closing> {
    this.socket.close();
    return this.closed;
  }

  private async find(wanted: (frame: Json) => boolean): Promise<Json> {
    for (;;) {
      const frame = await this.json();
      if (wanted(frame)) return frame;
    }
  }

  private take(frame: Received): void {
    const taker = this.takers.shift();
    if (taker) taker(frame);
    else this.frames.push(frame);
  }
}
