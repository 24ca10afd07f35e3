import type { GapData, JoinAck, JoinData, MessageData, PublishData, RequestId } from '../../../src/protocol/events.ts';
import type { FakeSocket } from './fake-socket.ts';

/** One life of the channel's log. */
interface Life {
  readonly epoch: string;
  /** Everything that was ever appended; what is trimmed stays here for the test to compare with. */
  readonly messages: MessageData[];
  /** The oldest message that is still kept. */
  first: number;
}

/** Answers by key, as the server's idempotency table. */
type Keys = Map<string, object>;

/**
 * The channel `news` of a server, as docs/protocol.md describes it, in so few lines that it can be believed.
 * Nothing happens by itself: {@link Link}s say when a frame is handled, and when an answer arrives.
 */
export class ModelServer {
  readonly lives: Life[] = [];
  readonly links: Link[] = [];
  #keys: Keys = new Map();

  constructor() {
    this.loseLog();
  }

  /** The present life. */
  get life(): Life {
    const life = this.lives.at(-1);
    if (!life) throw new Error('The server has no log.');
    return life;
  }

  /** Takes a connection. */
  connect(socket: FakeSocket): void {
    this.links.push(new Link(this, socket));
  }

  /** The newest connection, if the client still has it. */
  get link(): Link | undefined {
    return this.links.findLast((link) => link.isUp);
  }

  /** The data directory is lost: the numbering begins anew under another epoch, and no key is known any more. */
  loseLog(): void {
    this.lives.push({ epoch: `e${this.lives.length + 1}`, messages: [], first: 1 });
    this.#keys = new Map();
  }

  /** Forgets the oldest messages. */
  trim(count: number): void {
    const { life } = this;
    life.first = Math.min(life.messages.length + 1, life.first + count);
  }

  /** Appends, once per author and key, and tells everybody who is in the channel. */
  append(from: string, { channel, text, key }: PublishData): object {
    const id = `${from} ${key}`;
    const first = this.#keys.get(id);
    if (first) return { ...first, duplicate: true };
    const { messages, epoch } = this.life;
    const offset = messages.length + 1;
    const message: MessageData = { channel, offset, from, at: offset, ...(text && { text }), ...(key && { key }) };
    messages.push(message);
    const ack = { channel, epoch, offset, at: offset, duplicate: false };
    this.#keys.set(id, ack);
    for (const link of this.links) link.tell(message);
    return ack;
  }
}

/** One connection: frames that are on their way in both directions, and a cut that loses them. */
export class Link {
  readonly #server: ModelServer;
  readonly #socket: FakeSocket;
  readonly #author: string;
  readonly #up: Array<{ event: string; data: unknown; id?: RequestId }> = [];
  readonly #down: Array<{ event: string; data: object; id?: RequestId | undefined }> = [];
  #isIn = false;
  #isCut = false;
  #unanswered = 0;
  /** The most requests that were ever unanswered at the same time. */
  deepest = 0;

  constructor(server: ModelServer, socket: FakeSocket) {
    this.#server = server;
    this.#socket = socket;
    this.#author = socket.url.searchParams.get('client') ?? '';
    socket.onsent = ({ event, data, id }) => {
      if (id !== undefined) this.deepest = Math.max(this.deepest, ++this.#unanswered);
      this.#up.push({ event, data, ...(id !== undefined && { id }) });
    };
    const heartbeat = { interval: 25_000, timeout: 10_000 };
    const limits = { payload: 65_536, channels: 100 };
    this.#send('welcome', { connection: 'c', user: { id: this.#author }, heartbeat, limits });
  }

  /** Neither end has let go. */
  get isUp(): boolean {
    return !this.#isCut && this.#socket.ending === undefined;
  }

  /** Whether anything is on its way. */
  get isBusy(): boolean {
    return this.#up.length + this.#down.length > 0;
  }

  /** The server handles that many frames. */
  handle(count: number): void {
    for (const { event, data, id } of this.#up.splice(0, count)) this.#handle(event, data, id);
  }

  /** That many frames arrive at the client, the first one again if it is a `message`. */
  deliver(count: number, { twice = false } = {}): void {
    for (let n = 0; n < count && this.isUp; n += 1) {
      const frame = this.#down.shift();
      if (!frame) return;
      if (frame.id !== undefined) this.#unanswered -= 1;
      this.#socket.receive(frame.event, frame.data, frame.id);
      if (twice && frame.event === 'message') this.#socket.receive(frame.event, frame.data);
    }
  }

  /** The line breaks: that many frames still reach the server, and nothing reaches the client. */
  cut(handled: number): void {
    this.handle(handled);
    this.#isCut = true;
    this.#isIn = false;
    this.#socket.end();
  }

  /** A message is new. */
  tell(message: MessageData): void {
    if (this.#isIn && this.isUp) this.#send('message', message);
  }

  #send(event: string, data: object, id?: RequestId): void {
    this.#down.push({ event, data, id });
  }

  #handle(event: string, data: unknown, id: RequestId | undefined): void {
    if (event === 'join') this.#join(data as JoinData, id);
    else if (event === 'message') this.#send('ack', this.#server.append(this.#author, data as PublishData), id);
    else if (event === 'ping') this.#send('pong', { at: 0 });
    else throw new Error(`The model does not know "${event}".`);
  }

  #join({ channel, since }: JoinData, id: RequestId | undefined): void {
    const { epoch, messages, first } = this.#server.life;
    const head = messages.length;
    const ack = (offset: number, recovered: boolean): void => {
      this.#send('ack', { channel, epoch, offset, recovered, first } satisfies JoinAck, id);
    };
    this.#isIn = true;
    if (!since || 'last' in since || since.epoch !== epoch || since.offset > head) return ack(head, false);
    const { offset } = since;
    ack(offset, offset >= first - 1);
    if (offset < first - 1) this.#send('gap', { channel, from: offset + 1, to: first - 1 } satisfies GapData);
    for (const message of messages.slice(Math.max(offset, first - 1))) this.#send('message', message);
  }
}
