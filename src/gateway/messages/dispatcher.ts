/**
 * From a frame to the handlers of its event: decode, route, answer. One for each connection.
 * Whatever a frame does wrong comes back as one `error` frame; the connection and its next frame are unharmed.
 */
import { Logger } from '@nestjs/common';
import type { WsMessageHandler } from '@nestjs/common';
import { isObservable } from 'rxjs';
import type { Observable, Subscription } from 'rxjs';
import type { WebSocket } from 'ws';
import { AUTH } from '../../protocol/events.ts';
import type { AuthAck } from '../../protocol/events.ts';
import type { Connection } from '../connection.ts';
import type { FrameRates } from '../limits/frame-rates.ts';
import { REQUESTS } from '../trace.ts';
import type { RequestTrace } from '../trace.ts';
import type { Request } from './frame.ts';
import { describe, GatewayError, isUnforeseen, MalformedFrame } from './gateway-error.ts';
import { Inbox } from './inbox.ts';
import type { InboxOwner } from './inbox.ts';
import { Later } from './later.ts';
import type { RawFrame } from './raw.ts';
import { Reply } from './reply.ts';
import { NO_ROUTES, withRoutes } from './routes.ts';
import type { Handler } from './routes.ts';

/** Frames in a row that are not of the endpoint's protocol, after which a client is closed with 4502. */
const MAX_MALFORMED = 10;

/** Answers of one connection that may be awaited beside later frames, before the next frame waits for one of them. */
const MAX_AWAITED = 64;

const logger = new Logger('Gateway');

/** Where a socket carries its dispatcher. */
const DISPATCHER = Symbol('dispatcher');

/**
 * The dispatcher of a socket.
 *
 * @throws Error when the socket was not upgraded by Belfry's adapter
 */
export function dispatcherOf(socket: WebSocket & { readonly [DISPATCHER]?: Dispatcher }): Dispatcher {
  const dispatcher = socket[DISPATCHER];
  if (!dispatcher) throw new Error('This socket has no dispatcher: it was not upgraded by GatewayAdapter.');
  return dispatcher;
}

/** What the dispatchers of all connections have in common. */
export interface DispatcherTerms {
  /** Bytes of unsent answers above which a client's next frame waits. */
  readonly highWater: number;
  /** Says of each frame whether it is to be handled. */
  readonly rates: FrameRates;
  /** Takes the data of an `auth` event. */
  readonly renew: (connection: Connection, data: unknown) => Promise<AuthAck>;
}

/** Hands the frames of one connection to its gateways. */
export class Dispatcher implements InboxOwner<RawFrame> {
  /** What each handler is for. The same list for all connections of a path; few, so that a list will do. */
  private routes = NO_ROUTES;
  /** The handlers, in the order of `routes`, as Nest binds them to a socket: with guards, pipes and filters around each. */
  private handlers: readonly Handler[] = [];
  private readonly inbox: Inbox<RawFrame> = new Inbox<RawFrame>(this);
  private opening: Promise<unknown>[] | undefined;
  private streams: Set<Subscription> | undefined;
  /** Answers that are awaited, and the event that they are of. */
  private awaited = 0;
  private awaitedEvent: string | undefined;
  /** Who waits for one of them. */
  private whenAnswered: (() => void)[] | undefined;
  private malformed = 0;
  private closed = false;
  /** Who waits for the first frame, which is then not handled here. */
  private takeFirst: ((payload: Buffer | undefined) => void) | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly terms: DispatcherTerms,
  ) {
    Object.assign(connection.socket, { [DISPATCHER]: this });
  }

  /** Takes in one frame, as it came. */
  push(frame: RawFrame): void {
    this.connection.seen();
    this.connection.framesReceived += 1;
    if (this.takeFirst) this.takeFirst(frame.payload);
    else this.inbox.push(frame);
  }

  /** Takes the first frame out, before anything is handled. Resolves with undefined when the client goes without one. */
  async first(): Promise<Buffer | undefined> {
    const payload = await new Promise<Buffer | undefined>((resolve) => {
      this.takeFirst = (taken) => {
        this.takeFirst = undefined;
        resolve(taken);
      };
    });
    return payload;
  }

  /** Adds the handlers of one gateway. Two gateways of a path may handle the same event: both do, in this order. */
  route(handlers: readonly WsMessageHandler[]): void {
    this.routes = withRoutes(this.routes, handlers);
    this.handlers = [...this.handlers, ...handlers.map(({ callback }) => callback)];
  }

  /** Makes the first frame wait until `step`, a gateway's `handleConnection`, has finished. */
  waitFor(step: Promise<unknown>): void {
    this.opening = [...(this.opening ?? []), step];
  }

  /** Lets the frames in once every `handleConnection` has finished; a gateway that fails at it loses the connection. */
  async open(): Promise<void> {
    try {
      await Promise.all(this.opening ?? []);
    } catch (exception) {
      this.report(exception, 'handleConnection');
      new Reply(this.connection).error(exception);
      this.connection.close('internal');
    }
    this.opening = undefined;
    this.inbox.open();
  }

  /** Runs `step`, a gateway's `handleDisconnect`, when every frame that came before it has been handled. */
  afterwards(step: () => Promise<unknown>): void {
    this.inbox
      .idle()
      .then(step)
      .catch((exception: unknown) => this.report(exception, 'handleDisconnect'));
  }

  /** The client has gone: nobody waits for its handlers any more. */
  gone(): void {
    this.closed = true;
    this.takeFirst?.(undefined);
    for (const stream of this.streams ?? []) stream.unsubscribe();
    this.streams = undefined;
    this.inbox.release();
  }

  /** Handles one frame. Never rejects. */
  async handle({ payload, binary }: RawFrame): Promise<void> {
    const wait = this.terms.rates.count(this.connection, payload.length);
    // Who is told to go is no longer listened to, whatever it still sends.
    if (this.connection.isDismissed) return;
    // A client that does not read its answers gets no further ones: it would be memory without bound.
    if (this.connection.unsent > this.terms.highWater) await this.connection.drained(this.terms.highWater);
    if (wait > 0) return this.terms.rates.refuse(this.connection, payload, wait);
    try {
      const request = this.connection.format.decode(payload, binary);
      this.malformed = 0;
      await this.answer(request);
    } catch (exception) {
      this.refuse(exception);
    }
  }

  /** Stops reading from the client. */
  pause(): void {
    this.connection.unread = true;
    this.connection.socket.pause();
  }

  /** Reads from the client again. */
  resume(): void {
    this.connection.unread = false;
    this.connection.seen();
    this.connection.socket.resume();
  }

  private refuse(exception: unknown): void {
    new Reply(this.connection, exception instanceof MalformedFrame ? exception.id : undefined).error(exception);
    this.malformed += 1;
    if (this.malformed >= MAX_MALFORMED) this.connection.close('malformed');
  }

  /** Never rejects: what a handler throws is its filter's, what a filter throws is reported here. */
  private async answer(request: Request): Promise<void> {
    const reply = new Reply(this.connection, request.id);
    // Answers that come later overlap with those of the same event alone: what a client sends next sees what it sent before.
    if (this.awaited > 0 && request.event !== this.awaitedEvent) await this.awaitedAtMost(0);
    let isKnown = false;
    for (const [index, { event, byHand }] of this.routes.entries()) {
      const handler = this.handlers[index];
      if (event !== request.event || !handler) continue;
      isKnown = true;
      try {
        await (REQUESTS.hasSubscribers
          ? REQUESTS.tracePromise(async () => this.run(handler, byHand, { request, reply }), this.traceOf(request))
          : this.run(handler, byHand, { request, reply }));
      } catch (exception) {
        this.report(exception, request.event);
        reply.error(exception);
      }
    }
    if (!isKnown) await this.answerItself(request, reply);
  }

  /** What every endpoint knows, unless a gateway has its own. */
  private async answerItself({ event, data }: Request, reply: Reply): Promise<void> {
    try {
      if (event !== AUTH) throw new GatewayError('unknown_event');
      reply.value(await this.terms.renew(this.connection, data));
    } catch (exception) {
      this.report(exception, event);
      reply.error(exception);
    }
  }

  /**
   * Runs one handler. Resolves with its value, with the first one of a stream, or when that ends without one. A stream goes on
   * beside later frames until it ends or the client goes; so does an answer that comes later.
   */
  private async run(
    handler: Handler,
    byHand: boolean,
    { request, reply }: { readonly request: Request; readonly reply: Reply },
  ): Promise<void> {
    const result: unknown = await handler(request.data, byHand ? reply.ack : undefined, reply);
    if (isObservable(result)) await this.stream(result, { request, reply, byHand });
    else if (reply.needsStream) reply.end(false);
    else if (!this.take(result, request, reply) && !byHand) reply.end(true);
    if (this.awaited >= MAX_AWAITED) await this.awaitedAtMost(MAX_AWAITED - 1);
  }

  /** Resolves with the first value, or when the stream ends without one. Never rejects: it may fail when nobody waits any more. */
  private async stream(
    values: Observable<unknown>,
    { request, reply, byHand }: { readonly request: Request; readonly reply: Reply; readonly byHand: boolean },
  ): Promise<void> {
    let answersItself = byHand;
    let succeeded = false;
    await new Promise<void>((resolve) => {
      const subscription = values.subscribe({
        next: (value) => {
          succeeded = true;
          if (this.take(value, request, reply)) answersItself = true;
          resolve();
        },
        error: (exception) => {
          this.report(exception, request.event);
          reply.error(exception);
          resolve();
        },
        complete: () => {
          if (!answersItself || (reply.needsStream && !succeeded)) reply.end(succeeded);
          resolve();
        },
      });
      this.keep(subscription);
    });
  }

  private keep(stream: Subscription): void {
    if (this.closed) return stream.unsubscribe();
    if (stream.closed) return;
    this.streams ??= new Set();
    this.streams.add(stream);
    stream.add(() => this.streams?.delete(stream));
  }

  /** Answers with what a handler gave. @returns true when that answers the request later, by itself */
  private take(value: unknown, request: Request, reply: Reply): boolean {
    if (!(value instanceof Later)) {
      reply.value(value);
      return false;
    }
    this.awaitedEvent = request.event;
    void this.settle(value, request, reply);
    return true;
  }

  /** Never rejects. */
  private async settle({ answer }: Later<unknown>, { event }: Request, reply: Reply): Promise<void> {
    this.awaited += 1;
    try {
      reply.value(await answer);
      reply.end(true);
    } catch (exception) {
      this.report(exception, event);
      reply.error(exception);
    }
    this.awaited -= 1;
    const waiting = this.whenAnswered;
    this.whenAnswered = undefined;
    for (const resolve of waiting ?? []) resolve();
  }

  private async awaitedAtMost(count: number): Promise<void> {
    while (this.awaited > count) {
      await new Promise<void>((resolve) => (this.whenAnswered ??= []).push(resolve));
    }
  }

  private traceOf({ event }: Request): RequestTrace {
    return { gateway: this.connection.path, connection: this.connection.id, event };
  }

  private report(exception: unknown, during: string): void {
    if (isUnforeseen(exception)) logger.error(`${this.connection.path} failed in ${during}: ${describe(exception)}`);
  }
}
