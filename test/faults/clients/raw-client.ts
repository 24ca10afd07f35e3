/**
 * A bare WebSocket with the least that docs/protocol.md asks of a client which loses nothing: it resumes each channel after its
 * last message, and sends every publication again, under its key, until it is answered.
 */
import { WebSocket } from 'ws';
import { mayComeBack } from '../../../src/protocol/close-codes.ts';
import type { ErrorData } from '../../../src/protocol/error-codes.ts';
import type { Envelope, GapData, JoinAck, MessageData, PublishAck, RequestId } from '../../../src/protocol/events.ts';
import type { View } from '../ledger/view.ts';
import { COME_BACK, secretOf } from './client.ts';
import type { ClientOptions, Publication, TestClient } from './client.ts';

/** Milliseconds before what failed temporarily is asked again. */
const TRY_AGAIN = 200;

/** What `/ws` sends, as far as this client listens. */
type ServerFrame = Envelope & { readonly data?: Record<string, unknown> };

/** A publication that has no answer yet. */
interface Unanswered extends Publication {
  readonly resolve: (ack: PublishAck) => void;
}

/** A publication without a key, which must not be sent a second time. */
interface Single extends Publication {
  readonly over: () => void;
}

/** A client without a library. */
export class RawClient implements TestClient {
  readonly views: ReadonlyMap<string, View>;
  readonly name: string;
  /** Publications that are not answered, oldest first. */
  private readonly unanswered = new Map<string, Unanswered>();
  private readonly singles = new Set<Single>();
  private readonly answers = new Map<RequestId, (frame: ServerFrame) => void>();
  /** The channels that it is in, on the connection that there is. */
  private readonly inside = new Set<string>();
  private readonly secret: string;
  private readonly timers = new Set<NodeJS.Timeout>();
  private socket: WebSocket | undefined;
  private welcomed = false;
  private closed = false;
  private requests = 0;
  private joinedAll: () => void = () => undefined;
  private readonly joined = new Promise<void>((resolve) => (this.joinedAll = resolve));

  constructor(private readonly options: ClientOptions) {
    const { name, channels, ledger, random } = options;
    this.name = name;
    this.secret = secretOf(random);
    this.views = new Map(channels.map((channel) => [channel, ledger.view(name, channel)]));
    this.connect();
  }

  async ready(): Promise<void> {
    await this.joined;
  }

  async publish(publication: Publication): Promise<PublishAck> {
    this.options.ledger.publishes(publication.channel, publication.key);
    return new Promise((resolve) => {
      const unanswered = { ...publication, resolve };
      this.unanswered.set(publication.key, unanswered);
      if (this.welcomed) this.send(unanswered);
    });
  }

  /** Whether it can send now. */
  get isConnected(): boolean {
    return this.welcomed;
  }

  /** Publishes without a key, on the connection that there is. Resolves when it is acknowledged, refused, or the line is gone. */
  async publishOnce(publication: Publication): Promise<void> {
    const { ledger } = this.options;
    const { channel, key, text } = publication;
    ledger.publishes(channel, key);
    await new Promise<void>((over) => {
      const single = { ...publication, over };
      this.singles.add(single);
      this.request('message', { channel, text }, (frame) => {
        if (!this.singles.delete(single)) return;
        if (frame.event === 'ack') ledger.acknowledges(key, frame.data as unknown as PublishAck);
        else ledger.givesUp(channel, key);
        over();
      });
    });
  }

  /** Sends everything that has no answer once more, on the connection that there is, as after a time without an answer. */
  sendAgain(): void {
    if (this.welcomed) for (const publication of this.unanswered.values()) this.send(publication);
  }

  /** Reads nothing more from its socket, so that buffers fill up from here to the server. */
  stopReading(): void {
    this.socket?.pause();
  }

  /** Reads on. */
  readOn(): void {
    this.socket?.resume();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    const { socket } = this;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    // Not `once`, which an error would make reject: a socket that is still connecting has one before its `close`.
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.terminate();
    await ended;
  }

  private connect(): void {
    const { url, name } = this.options;
    const socket = new WebSocket(`${url}/ws?name=${name}&client=${this.secret}`);
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.receive(JSON.parse(data.toString()) as ServerFrame));
    // `close` follows, and is what counts.
    socket.on('error', () => undefined);
    socket.once('close', (code) => this.lost(code));
  }

  private lost(code: number): void {
    this.welcomed = false;
    this.answers.clear();
    this.inside.clear();
    for (const { channel, key, over } of this.singles) {
      this.options.ledger.givesUp(channel, key);
      over();
    }
    this.singles.clear();
    if (this.closed) return;
    this.options.ledger.reconnects.lost(this.name);
    if (!mayComeBack(code)) this.options.ledger.complain(`${this.name} was closed for good, with ${code}`);
    const { from, to } = COME_BACK;
    this.later(this.options.random.between(from, to), () => this.connect());
  }

  private receive(frame: ServerFrame): void {
    const { event, data, id } = frame;
    if (id !== undefined) {
      const answer = this.answers.get(id);
      this.answers.delete(id);
      if (answer) answer(frame);
      else this.options.ledger.complain(`${this.name} was given an answer that it had not asked for: ${event}`);
      return;
    }
    switch (event) {
      case 'welcome':
        this.welcomed = true;
        for (const channel of this.views.keys()) this.join(channel);
        if (this.views.size === 0) this.back();
        this.sendAgain();
        break;
      case 'message':
        this.viewOf(data).message(data as unknown as MessageData);
        break;
      case 'gap':
        this.viewOf(data).gap(data as unknown as GapData);
        break;
      case 'presence':
      case 'goodbye':
        break;
      default:
        this.options.ledger.complain(`${this.name} was sent ${JSON.stringify(frame)}`);
    }
  }

  private viewOf(data: ServerFrame['data']): View {
    const view = this.views.get(String(data?.['channel']));
    if (!view) throw new Error(`${this.name} was sent something of a channel that it is not in`);
    return view;
  }

  private join(channel: string): void {
    const since = this.views.get(channel)?.position;
    this.ask('join', { channel, ...(since && { since }) }, (data) => {
      this.views.get(channel)?.joined(data as unknown as JoinAck);
      this.inside.add(channel);
      if (this.inside.size === this.views.size) this.back();
    });
  }

  private back(): void {
    this.joinedAll();
    this.options.ledger.reconnects.back(this.name);
  }

  private send(publication: Unanswered): void {
    const { channel, key, text, resolve } = publication;
    const { ledger } = this.options;
    const answered = (data: Record<string, unknown>): void => {
      const ack = data as unknown as PublishAck;
      ledger.acknowledges(key, ack);
      this.unanswered.delete(key);
      resolve(ack);
    };
    this.ask('message', { channel, key, text }, answered, () => ledger.postpones(channel, key));
  }

  /** What fails temporarily is asked again on the same connection; a new connection asks anew by itself. */
  private ask(
    event: string,
    data: object,
    answered: (data: Record<string, unknown>) => void,
    refused: () => void = () => undefined,
  ): void {
    const { socket } = this;
    this.request(event, data, (frame) => {
      if (frame.event === 'ack') return answered(frame.data ?? {});
      const error = frame.data as unknown as ErrorData;
      if (!error.temporary) {
        return this.options.ledger.complain(`${this.name}: ${event} was refused: ${error.message}`);
      }
      refused();
      const isCurrent = (): boolean => socket === this.socket && this.welcomed;
      this.later(TRY_AGAIN, () => isCurrent() && this.ask(event, data, answered, refused));
    });
  }

  private request(event: string, data: object, answered: (frame: ServerFrame) => void): void {
    this.requests += 1;
    const id = this.requests;
    this.answers.set(id, answered);
    this.socket?.send(JSON.stringify({ event, id, data }));
  }

  private later(milliseconds: number, action: () => unknown): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, milliseconds);
    this.timers.add(timer);
  }
}
