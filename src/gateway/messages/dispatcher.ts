/**
 * From a frame to the handlers of its event: decode, route, answer. One for each connection.
 * Whatever a frame does wrong comes back as one `error` frame; the connection and its next frame are unharmed.
 */
import { Logger } from '@nestjs/common';
import type { WsMessageHandler } from '@nestjs/common';
import type { Observable, Subscription } from 'rxjs';
import type { WebSocket } from 'ws';
import type { Connection } from '../connection.ts';
import type { Request } from './frame.ts';
import { describe, GatewayError, isUnforeseen, MalformedFrame } from './gateway-error.ts';
import { Inbox } from './inbox.ts';
import { Later } from './later.ts';
import { Reply } from './reply.ts';

/** Frames in a row that are not of the endpoint's protocol, after which a client is closed with 4502. */
const MAX_MALFORMED = 10;

/** Answers of one connection that may be awaited beside later frames, before the next frame waits for one of them. */
const MAX_AWAITED = 64;

/** Nest's own way from whatever a handler returns to a stream of values. */
export type Transform = (result: unknown) => Observable<unknown>;

/** A handler of one event, as Nest binds it to a socket: with guards, pipes, interceptors and filters around it. */
interface Route {
  readonly handler: WsMessageHandler;
  readonly transform: Transform;
}

const logger = new Logger('Gateway');
const dispatchers = new WeakMap<object, Dispatcher>();

/**
 * The dispatcher of a socket.
 *
 * @throws Error when the socket was not upgraded by Belfry's adapter
 */
export function dispatcherOf(socket: WebSocket): Dispatcher {
  const dispatcher = dispatchers.get(socket);
  if (!dispatcher) throw new Error('This socket has no dispatcher: it was not upgraded by GatewayAdapter.');
  return dispatcher;
}

/** Hands the frames of one connection to its gateways. */
export class Dispatcher {
  private readonly routes = new Map<string, Route[]>();
  private readonly opening: Array<Promise<unknown>> = [];
  private readonly inbox: Inbox<Buffer>;
  private readonly streams = new Set<Subscription>();
  private readonly awaited = new Set<Promise<void>>();
  /** The event whose answers are awaited. */
  private awaitedEvent: string | undefined;
  private malformed = 0;
  private closed = false;
  /** Ends the wait for the handler that runs now. */
  private letGo: (() => void) | undefined;

  /** @param highWater bytes of unsent answers above which the client's next frame waits */
  constructor(
    private readonly connection: Connection,
    private readonly highWater: number,
  ) {
    const { socket } = connection;
    dispatchers.set(socket, this);
    this.inbox = new Inbox({
      handle: async (payload) => this.handle(payload),
      pause: () => {
        connection.unread = true;
        socket.pause();
      },
      resume: () => {
        connection.unread = false;
        connection.seen();
        socket.resume();
      },
    });
    socket.once('close', () => this.gone());
  }

  /** Takes in one frame, as it came. */
  push(payload: Buffer): void {
    this.inbox.push(payload);
  }

  /** Adds the handlers of one gateway. Two gateways of a path may handle the same event: both do, in this order. */
  route(handlers: readonly WsMessageHandler[], transform: Transform): void {
    for (const handler of handlers) {
      const routes = this.routes.get(handler.message);
      if (routes) routes.push({ handler, transform });
      else this.routes.set(handler.message, [{ handler, transform }]);
    }
  }

  /** Makes the first frame wait until `step`, a gateway's `handleConnection`, has finished. */
  waitFor(step: Promise<unknown>): void {
    this.opening.push(step);
  }

  /** Lets the frames in once every `handleConnection` has finished; a gateway that fails at it loses the connection. */
  async open(): Promise<void> {
    try {
      if (this.opening.length > 0) await Promise.all(this.opening);
    } catch (exception) {
      this.report(exception, 'handleConnection');
      new Reply(this.connection).error(exception);
      this.connection.close('internal');
    }
    this.inbox.open();
  }

  /** Runs `step`, a gateway's `handleDisconnect`, when every frame that came before it has been handled. */
  afterwards(step: () => Promise<unknown>): void {
    this.inbox
      .idle()
      .then(step)
      .catch((exception: unknown) => this.report(exception, 'handleDisconnect'));
  }

  private async handle(payload: Buffer): Promise<void> {
    // Who is told to go is no longer listened to, whatever it still sends.
    if (this.connection.isDismissed) return;
    // A client that does not read its answers gets no further ones: it would be memory without bound.
    await this.connection.drained(this.highWater);
    try {
      const request = this.connection.format.decode(payload);
      this.malformed = 0;
      await this.answer(request);
    } catch (exception) {
      this.refuse(exception);
    }
  }

  private refuse(exception: unknown): void {
    new Reply(this.connection, exception instanceof MalformedFrame ? exception.id : undefined).error(exception);
    this.malformed += 1;
    if (this.malformed >= MAX_MALFORMED) this.connection.close('malformed');
  }

  /** Never rejects: what a handler throws is its filter's, what a filter throws is reported here. */
  private async answer(request: Request): Promise<void> {
    const reply = new Reply(this.connection, request.id);
    const routes = this.routes.get(request.event);
    // Answers that come later overlap with those of the same event alone: what a client sends next sees what it sent before.
    if (request.event !== this.awaitedEvent) await Promise.all(this.awaited);
    if (!routes) return reply.error(new GatewayError('unknown_event'));
    for (const route of routes) {
      try {
        await this.run(route, request, reply);
      } catch (exception) {
        this.report(exception, request.event);
        reply.error(exception);
      }
    }
  }

  /**
   * Runs one handler. Resolves with its first value, when it ends without one, or when the client has gone. A stream goes
   * on beside later frames until it ends or the client goes; so does an answer that comes later.
   */
  private async run({ handler, transform }: Route, request: Request, reply: Reply): Promise<void> {
    const byHand = handler.isAckHandledManually;
    const values = transform(handler.callback(request.data, byHand ? reply.ack : undefined, reply));
    let answersItself = false;
    let succeeded = false;
    let stream: Subscription;
    await new Promise<void>((resolve, reject) => {
      this.letGo = resolve;
      stream = values.subscribe({
        next: (value) => {
          succeeded = true;
          answersItself ||= byHand || value instanceof Later;
          if (value instanceof Later) this.await(value, request, reply);
          else reply.value(value);
          if (this.closed) stream.unsubscribe();
          else this.streams.add(stream);
          resolve();
        },
        error: reject,
        complete: () => {
          this.streams.delete(stream);
          if (!answersItself) reply.end(succeeded);
          resolve();
        },
      });
      if (this.closed) resolve();
    });
    while (this.awaited.size >= MAX_AWAITED) await Promise.race(this.awaited);
  }

  private await(later: Later<unknown>, request: Request, reply: Reply): void {
    this.awaitedEvent = request.event;
    const settled = this.settle(later, request, reply).finally(() => this.awaited.delete(settled));
    this.awaited.add(settled);
  }

  private async settle({ answer }: Later<unknown>, { event }: Request, reply: Reply): Promise<void> {
    try {
      reply.value(await answer);
      reply.end(true);
    } catch (exception) {
      this.report(exception, event);
      reply.error(exception);
    }
  }

  private gone(): void {
    this.closed = true;
    for (const stream of this.streams) stream.unsubscribe();
    this.streams.clear();
    this.letGo?.();
  }

  private report(exception: unknown, during: string): void {
    if (isUnforeseen(exception)) logger.error(`${this.connection.path} failed in ${during}: ${describe(exception)}`);
  }
}
