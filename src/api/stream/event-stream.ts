/**
 * A client that hears one channel over Server-Sent Events: to channels, heartbeat and drain it is a connection like any other.
 * Relies on Node's response for the line. Nothing comes from the client, so that its signs of life are the bytes it takes:
 * who does not take what was written before the last comment within HEARTBEAT_TIMEOUT is cut off.
 */
import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Frame } from '../../gateway/messages/frame.ts';
import type { Identity } from '../../gateway/upgrade/identity.ts';
import type { Listener } from '../../gateway/listener.ts';
import { CLOSE_CODES } from '../../protocol/close-codes.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import type { GapData, GoodbyeData, StreamCloseData, StreamWelcomeData, User } from '../../protocol/events.ts';
import { EVENT_STREAM, eventOf, idOf } from './event-stream-format.ts';

/** Milliseconds after which a browser comes back by itself when a stream has broken off. */
const RETRY = 2000;

/** A line that means nothing. */
const COMMENT = ':\n\n';

/** What the request knows. */
export interface EventStreamOptions {
  readonly response: ServerResponse;
  readonly identity: Identity;
  /** The path of the request. */
  readonly path: string;
  /** The address that it came from. */
  readonly address: string;
  /** Seconds that a server takes to leave. */
  readonly drainSeconds: number;
}

/** One stream. Its headers leave with `begin`; before that the request may still be answered in another way. */
export class EventStream implements Listener {
  readonly id: string = randomUUID();
  readonly since: number = Date.now();
  readonly identity: Identity;
  readonly path: string;
  readonly address: string;
  readonly format = EVENT_STREAM;
  readonly deflateWindow = undefined;
  readonly unread = false;
  lagged = false;
  lastSeen: number = performance.now();
  pingedAt: number | undefined;
  private readonly response: ServerResponse;
  private readonly line: Socket | null;
  private readonly drainSeconds: number;
  private epoch = '';
  private isCorked = false;
  private change: Promise<void> | undefined;

  constructor({ response, identity, path, address, drainSeconds }: EventStreamOptions) {
    this.response = response;
    this.line = response.socket;
    this.identity = identity;
    this.path = path;
    this.address = address;
    this.drainSeconds = drainSeconds;
    this.line?.on('drain', () => this.seen());
  }

  get user(): User {
    return this.identity.user;
  }

  get isOpen(): boolean {
    return !this.response.writableEnded && !this.response.destroyed && this.line?.writable === true;
  }

  get unsent(): number {
    return this.response.writableLength;
  }

  /** Begins the answer: its headers, and the event that every stream begins with. */
  begin(headers: OutgoingHttpHeaders, welcome: StreamWelcomeData): void {
    this.epoch = welcome.epoch;
    this.response.writeHead(200, {
      ...headers,
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      // It is of no use for another request, and one that has ended is to be seen as that at once.
      Connection: 'close',
      // A proxy such as nginx would otherwise collect events until there are many.
      'X-Accel-Buffering': 'no',
    });
    this.write(eventOf('welcome', JSON.stringify(welcome), { id: idOf(welcome), retry: RETRY }));
  }

  async drained(limit: number): Promise<void> {
    const least = Math.max(limit, this.line?.writableHighWaterMark ?? 0);
    while (this.unsent > least && this.isOpen) await this.taken();
  }

  /** A comment, which keeps proxies from closing a line on which nothing happens. */
  ping(): void {
    if (this.unsent === 0) this.seen();
    else this.pingedAt = performance.now();
    this.push(COMMENT);
  }

  send(event: string, data: unknown): void {
    switch (event) {
      case 'error':
        // An EventSource would take it for an error of its line. What comes of it is said by `close`.
        return;
      case 'gap':
        // A browser that comes back must not be told of it again.
        return this.write(
          eventOf(event, JSON.stringify(data), { id: idOf({ epoch: this.epoch, offset: (data as GapData).to }) }),
        );
      case 'goodbye':
        // A browser gives up where it is refused: it comes back when this server has gone.
        return this.write(eventOf(event, JSON.stringify(data), { retry: this.timeToComeBack(data as GoodbyeData) }));
      default:
        return this.write(this.format.encode(event, data) ?? { payload: '', binary: false });
    }
  }

  write({ payload }: Frame): void {
    this.push(payload);
  }

  share(bytes: Buffer): void {
    this.push(bytes);
  }

  /** The last event says why, with the code and the reason that a WebSocket would be closed with. */
  close(name: CloseName): void {
    if (!this.isOpen) return;
    this.send('close', CLOSE_CODES[name] satisfies StreamCloseData);
    this.response.end();
  }

  cut(name: CloseName): void {
    this.close(name);
    this.terminate();
  }

  terminate(): void {
    this.response.destroy();
  }

  private seen(): void {
    this.lastSeen = performance.now();
    this.pingedAt = undefined;
  }

  /** What is written in one turn of the event loop leaves as one chunk. */
  private push(chunk: Buffer | string): void {
    if (!this.isOpen || chunk.length === 0) return;
    if (!this.isCorked) {
      this.isCorked = true;
      this.response.cork();
      process.nextTick(uncork, this);
    }
    this.response.write(chunk);
  }

  /** Called once the turn is over. */
  leave(): void {
    this.isCorked = false;
    this.response.uncork();
  }

  private async taken(): Promise<void> {
    this.change ??= new Promise<void>((resolve) => {
      const { line } = this;
      const changed = (): void => {
        line?.off('drain', changed).off('close', changed);
        this.change = undefined;
        resolve();
      };
      line?.on('drain', changed).on('close', changed);
    });
    await this.change;
  }

  private timeToComeBack({ after }: GoodbyeData): number {
    return Math.max(RETRY, Math.ceil(this.drainSeconds * 1000) - after);
  }
}

function uncork(stream: EventStream): void {
  stream.leave();
}
