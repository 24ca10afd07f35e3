import { ERROR_CODES, type ErrorData } from '../../../src/protocol/error-codes.ts';
import type {
  Envelope,
  HistoryData,
  JoinAck,
  JoinData,
  PublishData,
  WelcomeData,
} from '../../../src/protocol/events.ts';
import type { Socket } from '../connection/socket.ts';
import { watchTimer } from '../connection/timer.ts';
import { type Address, HttpApi, type HttpAnswer, refusal, type Request, retryAfter } from './http-api.ts';
import { EventParser, type ServerEvent } from './event-parser.ts';

/** Each channel is a connection of its own over HTTP/1.1, and a browser opens six of them to a server. */
const CHANNELS = 5;

/** Close codes, as a WebSocket would have them. */
const BROKEN = 1006;
const TOKEN_EXPIRED = 4002;
const UNAUTHORIZED = 4500;

type Id = Envelope['id'];

/** The listeners that a socket takes. */
interface Listeners {
  readonly message: (event: { readonly data: unknown }) => void;
  readonly close: (event: { readonly code: number; readonly reason: string }) => void;
  readonly error: () => void;
}

/**
 * What looks like a WebSocket and is HTTP: whoever sends frames into it gets the frames that `/ws` would answer.
 *
 * A join is a stream of server-sent events, a publication is a POST, a question a GET. Publications of a channel are
 * sent one after the other, so that they stay in order. Whatever goes wrong in a way that a frame cannot say breaks the
 * whole socket, as it would a line.
 */
export class HttpSocket implements Socket {
  readonly via = 'http';
  readonly #life = new AbortController();
  readonly #api: HttpApi;
  readonly #listeners: Array<{ readonly type: string; readonly listener: (event: never) => void }> = [];
  /** The streams of the channels that were joined. */
  readonly #streams = new Map<string, AbortController>();
  /** The newest publication of each channel; the next one waits for it. */
  readonly #published = new Map<string, Promise<void>>();
  /** A stream that is silent for longer is dead, in ms. */
  #patience = Infinity;

  constructor(address: Address) {
    this.#api = new HttpApi(address, this.#life.signal);
    void this.#open();
  }

  /** As WebSocket's. */
  addEventListener<T extends keyof Listeners>(type: T, listener: Listeners[T]): void {
    this.#listeners.push({ type, listener });
  }

  /** Takes a frame of the protocol. */
  send(frame: string): void {
    const { event, id, data } = JSON.parse(frame) as Envelope;
    switch (event) {
      case 'join':
        void this.#join(data as JoinData, id);
        break;
      case 'leave':
        this.#abort((data as JoinData).channel);
        this.#tell('ack', undefined, id);
        break;
      case 'message':
        this.#publish(data as PublishData, id);
        break;
      case 'history': {
        const { channel, ...query } = data as HistoryData;
        void this.#answer(id, { path: pathOf(channel, 'messages'), query });
        break;
      }
      case 'presence':
        void this.#answer(id, { path: pathOf((data as JoinData).channel, 'presence') });
        break;
      case 'ping':
        void this.#pong();
        break;
      default:
        this.#refuse('unknown_event', id);
    }
  }

  /** Ends everything that is under way. No event tells of it. */
  close(): void {
    this.#life.abort();
    for (const channel of this.#streams.keys()) this.#abort(channel);
  }

  async #open(): Promise<void> {
    try {
      const response = await this.#api.request({ path: 'welcome' });
      if (!response.ok) return await this.#turnedAway(response);
      const welcome = (await response.json()) as Omit<WelcomeData, 'connection'>;
      const { user, heartbeat, limits } = welcome;
      this.#patience = heartbeat.interval + heartbeat.timeout;
      // When a token expires is left out: a stream cannot be given another one, so it ends then, and the next dial brings that.
      this.#tell('welcome', { connection: this.via, user, heartbeat, limits: { ...limits, channels: CHANNELS } });
    } catch {
      this.#end(BROKEN);
    }
  }

  async #turnedAway(response: Response): Promise<void> {
    const after = retryAfter(response);
    const error = await refusal(response);
    if (after !== undefined) this.#tell('goodbye', { after, reason: error.message });
    else this.#tell('error', error);
    const isForGood = response.status === 401 || response.status === 403;
    this.#end(isForGood ? UNAUTHORIZED : BROKEN, error.message);
  }

  async #join({ channel, since }: JoinData, id: Id): Promise<void> {
    this.#abort(channel);
    if (this.#streams.size >= CHANNELS) return this.#refuse('channel_limit', id);
    const stream = new AbortController();
    this.#streams.set(channel, stream);
    const query = since && 'epoch' in since ? { since: `${since.epoch}:${since.offset}` } : { ...since };
    let isAnswered = false;
    try {
      const response = await this.#api.request({ path: pathOf(channel, 'stream'), query }, stream.signal);
      if (!response.ok || !response.body) {
        isAnswered = true;
        this.#refused(await refusal(response), id);
        return this.#abort(channel, stream);
      }
      await this.#listen(response.body, stream.signal, ({ event, data }) => {
        if (event === 'welcome') {
          isAnswered = true;
          this.#tell('ack', joinAckOf(data), id);
        } else if (event === 'close') this.#closed(data);
        else this.#emit('message', { data: `{"event":${JSON.stringify(event)},"data":${data}}` });
      });
    } catch {
      // A stream has no good end: see below.
    }
    if (!stream.signal.aborted) this.#end(BROKEN);
    // It was left, or joined anew, before it was answered.
    else if (!isAnswered) this.#refuse('not_joined', id);
  }

  /** The last event of a stream says what a WebSocket would have been closed with. */
  #closed(data: string): void {
    const { code, reason } = JSON.parse(data) as { readonly code: number; readonly reason: string };
    this.#end(code, reason);
  }

  async #listen(
    body: ReadableStream<Uint8Array>,
    signal: AbortSignal,
    tell: (event: ServerEvent) => void,
  ): Promise<void> {
    const parser = new EventParser();
    const reader = body.getReader();
    let silence: ReturnType<typeof setTimeout> | undefined;
    try {
      while (!signal.aborted) {
        clearTimeout(silence);
        silence = watchTimer(() => this.#end(BROKEN), this.#patience);
        // The next piece is asked for when this one has been told: whoever is slow is not flooded.
        const { done, value } = await reader.read();
        if (done) return;
        for (const event of parser.push(value)) if (!signal.aborted) tell(event);
      }
    } finally {
      clearTimeout(silence);
    }
  }

  #publish({ channel, ...body }: PublishData, id: Id): void {
    const publish = (): Promise<void> => this.#answer(id, { path: pathOf(channel, 'messages'), body });
    this.#published.set(channel, (this.#published.get(channel) ?? Promise.resolve()).then(publish));
  }

  async #answer(id: Id, request: Request): Promise<void> {
    try {
      const { event, data } = await this.#api.ask(request);
      if (event === 'error') this.#refused(data, id);
      else this.#tell(event, data, id);
    } catch {
      this.#end(BROKEN);
    }
  }

  /** Without an answer there is no pong, and the line is given up. */
  async #pong(): Promise<void> {
    const answer: HttpAnswer | undefined = await this.#api.ask({ path: 'welcome' }).catch(() => undefined);
    if (answer?.event === 'ack') this.#tell('pong', { at: Date.now() });
    else if (answer) this.#refused(answer.data);
  }

  #abort(channel: string, stream = this.#streams.get(channel)): void {
    if (this.#streams.get(channel) === stream) this.#streams.delete(channel);
    stream?.abort();
  }

  /** The server said no. Each request shows the token: one that has expired ends the socket, as it would a line. */
  #refused(error: ErrorData, id?: Id): void {
    if (error.code === 'unauthorized') this.#end(TOKEN_EXPIRED, error.message);
    else this.#tell('error', error, id);
  }

  #refuse(code: 'unknown_event' | 'channel_limit' | 'not_joined', id: Id): void {
    this.#tell('error', { code, ...ERROR_CODES[code] }, id);
  }

  #tell(event: string, data: unknown, id?: Id): void {
    this.#emit('message', { data: JSON.stringify({ event, data, id }) });
  }

  #end(code: number, reason = ''): void {
    if (this.#life.signal.aborted) return;
    this.#emit('close', { code, reason });
    this.close();
  }

  #emit(type: string, event: object): void {
    if (this.#life.signal.aborted) return;
    for (const each of this.#listeners) if (each.type === type) each.listener(event as never);
  }
}

function pathOf(channel: string, what: 'stream' | 'messages' | 'presence'): string {
  return `channels/${encodeURIComponent(channel)}/${what}`;
}

/** The first event of a stream is the answer to the join, and says more than that. */
function joinAckOf(welcome: string): JoinAck {
  const { channel, epoch, offset, recovered, first } = JSON.parse(welcome) as JoinAck;
  return { channel, epoch, offset, recovered, first };
}
