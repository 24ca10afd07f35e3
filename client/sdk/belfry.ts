import type { ErrorData } from '../../src/protocol/error-codes.ts';
import { SUBPROTOCOL, type GoodbyeData, type User, type WelcomeData } from '../../src/protocol/events.ts';
import { Channel } from './channel.ts';
import type { Frame } from './connection/frame.ts';
import { Line } from './connection/line.ts';
import type { WebSocketDialler } from './connection/socket.ts';
import type { State } from './connection/state.ts';
import { type Proof, Tokens } from './dialling/tokens.ts';
import { Emitter } from './emitter.ts';
import { BelfryError, EndedError } from './errors.ts';
import { addressOf, type BelfryOptions, KEY_LIFE, nameOf, QUEUE, socketClassOf } from './options.ts';
import { Adoption } from './publishing/adoption.ts';
import type { Outbox } from './publishing/outbox-port.ts';
import type { Delivered, Publication, Undelivered } from './publishing/publication.ts';
import { Publisher } from './publishing/publisher.ts';
import { randomHex } from './publishing/random.ts';
import { Reads } from './requests/reads.ts';
import { Requests } from './requests/requests.ts';
import { Subscription, type SubscriptionHost } from './subscription/subscription.ts';

/** What a client tells, besides what its channels tell. */
export interface BelfryEvents {
  readonly state: State;
  /** The server's first frame on each new connection. */
  readonly welcome: WelcomeData;
  /** The server is leaving; the client comes back by itself. */
  readonly goodbye: GoodbyeData;
  /** Something went wrong that no promise tells of, in a channel too. */
  readonly error: BelfryError;
  readonly delivered: Delivered;
  readonly undelivered: Undelivered;
}

/**
 * A client of a Belfry server.
 *
 * It connects when something first needs it - a join, a publication, a question - or with {@link connect}, and comes back
 * by itself until it is told to stop: by {@link disconnect}, {@link close} or the server.
 */
export class Belfry extends Emitter<BelfryEvents> {
  readonly #url: URL;
  readonly #outbox: Outbox | undefined;
  readonly #adoption: Adoption | undefined;
  readonly #line: Line;
  readonly #requests: Requests;
  readonly #host: SubscriptionHost;
  readonly #reads: Reads;
  readonly #publisher: Publisher;
  readonly #tokens: Tokens | undefined;
  readonly #channels = new Map<string, { readonly channel: Channel; readonly subscription: Subscription }>();
  #user: User | undefined;
  /** Why there will be no connection any more, after `stopped` and `closed`. */
  #ended: BelfryError | undefined;
  /** What the app last said; `none` lets any need connect. */
  #wish: 'none' | 'connect' | 'stay away' = 'none';
  /** With an outbox the line waits for its secret, and for what it has to send before all else. */
  #isReady: boolean;

  /**
   * @param url where the channels are served, `wss://example.org/ws`; in a browser also relative to the page
   * @throws TypeError when that is no address, or there is no WebSocket
   * @throws RangeError when the name is too long
   */
  constructor(url: string | URL, options: BelfryOptions = {}) {
    super();
    const { name, client = randomHex(), queue = QUEUE, keyLife = KEY_LIFE, token } = options;
    const WebSocket = socketClassOf(options);
    this.#url = addressOf(url);
    this.#outbox = options.outbox?.(this.#url.origin + this.#url.pathname);
    const dialler: WebSocketDialler = {
      url: this.#url,
      token: () => this.#tokens?.current,
      prepare: () => this.#tokens?.ask(),
      open: () => {
        const bearer = dialler.token();
        // A browser can give a WebSocket no headers; what it can give are subprotocols.
        return new WebSocket(this.#url.href, bearer ? [SUBPROTOCOL, `bearer.${bearer}`] : SUBPROTOCOL);
      },
      redial: () => this.#line.reconnect(),
    };
    this.#line = new Line(options.fallback?.(dialler) ?? dialler, {
      stateChanged: (state) => this.#changed(state),
      welcomed: (welcome) => this.#welcomed(welcome),
      received: (frame) => this.#received(frame),
      lost: () => this.#lost(),
    });
    this.#requests = new Requests(
      (frame) => this.#line.send(frame),
      () => this.#publisher.pump(),
    );
    const requests = this.#requests;
    if (token !== undefined) {
      this.#tokens = new Tokens(token, { requests, proved: (proof) => this.#proved(proof), failed: this.#failed });
    }
    this.#host = { requests, need: this.#need, ended: () => this.#ended };
    this.#reads = new Reads({
      ...this.#host,
      ended: () => this.#ended ?? (this.#wish === 'stay away' ? new BelfryError('disconnected') : undefined),
    });
    this.#publisher = new Publisher({
      ...this.#host,
      outbox: this.#outbox,
      queue,
      keyLife,
      author: () => (this.#tokens?.isOpen ? undefined : this.#user?.id),
      delivered: (outcome) => this.emit('delivered', outcome),
      undelivered: (outcome) => this.emit('undelivered', outcome),
      failed: this.#failed,
    });
    this.#say('name', nameOf(name));
    this.#say('client', client);
    this.#isReady = !this.#outbox;
    if (!this.#outbox) return;
    this.#adoption = new Adoption(this.#outbox, {
      adopted: (publications) => {
        if (this.state.kind !== 'closed') this.#publisher.adopt(publications);
      },
      failed: this.#outboxFailed,
    });
    void this.#open(this.#outbox, client);
  }

  /** Where it stands. */
  get state(): State {
    return this.#line.state;
  }

  /** Who we are to the server; undefined before the first welcome. */
  get user(): User | undefined {
    return this.#user;
  }

  /** What was published and is not acknowledged yet, oldest first, with what was adopted from the outbox. */
  get pending(): readonly Publication[] {
    return this.#publisher.pending;
  }

  /** A channel; always the same object for the same name. */
  channel(name: string): Channel {
    const known = this.#channels.get(name);
    if (known) return known.channel;
    const subscription = new Subscription(name, this.#host);
    subscription.on('error', this.#failed);
    const channel = new Channel(name, { subscription, publisher: this.#publisher, reads: this.#reads });
    this.#channels.set(name, { channel, subscription });
    return channel;
  }

  /** Connects now: before anything needs it, after {@link disconnect} or `stopped`, or instead of waiting any longer. */
  connect(): void {
    if (this.state.kind === 'closed') return;
    this.#wish = 'connect';
    this.#ended = undefined;
    if (this.#isReady) this.#line.connect();
  }

  /** Disconnects, and stays away until {@link connect}. Publications wait for that; questions fail with `disconnected`. */
  disconnect(): void {
    this.#wish = 'stay away';
    this.#line.rest('idle');
    this.#reads.fail(new BelfryError('disconnected'));
  }

  /**
   * Takes another name; if there is a connection, by changing it for a new one.
   *
   * @throws RangeError when it is too long
   */
  rename(name: string | undefined): void {
    this.#say('name', nameOf(name));
    this.#line.reconnect();
  }

  /** Ends everything, for good: what is pending is rejected (and stays in the outbox, if there is one). */
  close(): void {
    if (this.state.kind === 'closed') return;
    this.#wish = 'stay away';
    this.#line.rest('closed');
    this.#outbox?.close().catch(this.#outboxFailed);
  }

  readonly #need = (): void => {
    if (this.#wish !== 'stay away' && this.state.kind === 'idle') this.connect();
  };

  readonly #failed = (error: BelfryError): void => this.emit('error', error);

  readonly #outboxFailed = (cause: unknown): void => this.#failed(new BelfryError('outbox_failed', { cause }));

  #say(key: 'name' | 'client', value: string | undefined): void {
    if (value === undefined) this.#url.searchParams.delete(key);
    else this.#url.searchParams.set(key, value);
  }

  async #open(outbox: Outbox, fresh: string): Promise<void> {
    try {
      this.#say('client', await outbox.client(fresh));
    } catch (error) {
      // Without its outbox a client can still listen; to publish is refused, each time.
      this.#outboxFailed(error);
    }
    await this.#adoption?.look();
    this.#isReady = true;
    if (this.#wish === 'connect') this.#line.connect();
  }

  #welcomed(welcome: WelcomeData): void {
    this.#proved(welcome);
    this.#requests.up();
    for (const { subscription } of this.#channels.values()) subscription.welcome();
    this.#reads.welcome();
    this.#publisher.welcome(welcome.limits.payload);
    this.#adoption?.start();
    this.emit('welcome', welcome);
  }

  #proved({ user, expiresIn }: Proof): void {
    this.#user = user;
    this.#tokens?.start(expiresIn);
  }

  #lost(): void {
    this.#tokens?.stop();
    this.#adoption?.stop();
    this.#requests.down();
    for (const { subscription } of this.#channels.values()) subscription.lost();
  }

  #changed(state: State): void {
    if (state.kind === 'stopped') this.#end('stopped', { closeCode: state.code, reason: state.reason });
    else if (state.kind === 'closed') this.#end('closed', {});
    this.emit('state', state);
  }

  #end(code: 'stopped' | 'closed', more: { readonly closeCode?: number; readonly reason?: string }): void {
    const error = new EndedError(code, more);
    this.#ended = error;
    this.#reads.fail(error);
    this.#publisher.stop(error, new EndedError(code, { ...more, isKept: true }));
    for (const { subscription } of this.#channels.values()) subscription.end(error);
  }

  /** An error that answers nothing. With a channel: a newer token does not allow to be in that one any more. */
  #unasked(data: ErrorData): void {
    const error = new BelfryError(data);
    const lost = this.#channels.get(data.channel ?? '');
    if (lost) lost.subscription.refused(error);
    else this.#failed(error);
  }

  #received(frame: Frame): void {
    switch (frame.event) {
      case 'message':
      case 'gap':
      case 'presence':
        this.#channels.get(frame.data.channel)?.subscription[frame.event](frame.data as never);
        break;
      case 'goodbye':
        this.emit('goodbye', frame.data);
        break;
      case 'ack':
        this.#requests.answer(frame);
        break;
      case 'error':
        if (!this.#requests.answer(frame)) this.#unasked(frame.data);
        break;
      case 'welcome':
      case 'pong':
        break;
      default:
        frame satisfies never;
    }
  }
}
