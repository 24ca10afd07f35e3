import type { Socket } from '../connection/socket.ts';
import type { Envelope, WelcomeData } from '../../../src/protocol/events.ts';

/** What a fake server welcomes with, unless a test says otherwise. */
const WELCOME: WelcomeData = {
  connection: 'c1',
  user: { id: 'u1' },
  heartbeat: { interval: 25_000, timeout: 10_000 },
  limits: { payload: 65_536, channels: 100 },
};

/** A socket whose other end is the test. Its class is `fakeSockets().WebSocket`. */
export class FakeSocket implements Socket {
  readonly url: URL;
  readonly protocol: string | string[];
  /** What the client has sent, oldest first. */
  readonly sent: Envelope[] = [];
  /** How the client let go of it. */
  ending: 'closed' | 'terminated' | undefined;
  /** Called with every frame that the client sends. */
  onsent: (frame: Envelope) => unknown = () => undefined;

  readonly #listeners: Array<{ readonly type: string; readonly listener: (event: never) => void }> = [];

  constructor(url: string, protocol: string | string[]) {
    this.url = new URL(url);
    this.protocol = protocol;
  }

  /** As WebSocket's. */
  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.push({ type, listener });
  }

  /** As WebSocket's. */
  send(frame: string): void {
    const envelope = JSON.parse(frame) as Envelope;
    this.sent.push(envelope);
    this.onsent(envelope);
  }

  /** As WebSocket's; the `close` event never comes by itself, as on a dead line. */
  close(): void {
    this.ending ??= 'closed';
  }

  /** As that of `ws`. */
  terminate(): void {
    this.ending ??= 'terminated';
  }

  /** The server sends a frame. */
  receive(event: string, data?: object, id?: Envelope['id']): void {
    this.receiveRaw(JSON.stringify({ event, data, id }));
  }

  /** Something comes that need not be a frame. */
  receiveRaw(data: unknown): void {
    this.#dispatch('message', { data });
  }

  /** The server closes the line, or it breaks. */
  end(code = 1006, reason = ''): void {
    this.#dispatch('close', { code, reason });
  }

  /** Welcomes the client, with a heartbeat of 25 and 10 s. */
  welcome(more: Partial<WelcomeData> = {}): void {
    this.receive('welcome', { ...WELCOME, ...more });
  }

  /** All requests of this kind, oldest first. */
  requests(event: string): Envelope[] {
    return this.sent.filter((frame) => frame.event === event);
  }

  /** The last request of this kind. */
  request(event: string): Envelope {
    const found = this.requests(event).at(-1);
    if (!found) throw new Error(`The client has not sent a "${event}".`);
    return found;
  }

  /** Acknowledges the last request of this kind. */
  acknowledge(event: string, data?: object): void {
    this.receive('ack', data, this.request(event).id);
  }

  /** Refuses the last request of this kind. */
  refuse(event: string, code: string, { temporary = false } = {}): void {
    this.receive('error', { code, message: 'no', temporary }, this.request(event).id);
  }

  #dispatch(type: string, event: object): void {
    for (const each of this.#listeners) if (each.type === type) each.listener(event as never);
  }
}

/** Sockets that a client dials, and the class that dials them. */
export interface FakeSockets {
  readonly WebSocket: typeof FakeSocket;
  /** Every socket so far, oldest first. */
  readonly all: FakeSocket[];
  /** The one that was dialled last. */
  readonly last: FakeSocket;
}

/** @param dialled called with each new socket */
export function fakeSockets(dialled: (socket: FakeSocket) => void = () => undefined): FakeSockets {
  const all: FakeSocket[] = [];
  class Recorded extends FakeSocket {
    constructor(url: string, protocol: string | string[]) {
      super(url, protocol);
      all.push(this);
      dialled(this);
    }
  }
  return {
    WebSocket: Recorded,
    all,
    get last() {
      const socket = all.at(-1);
      if (!socket) throw new Error('The client has not dialled yet.');
      return socket;
    },
  };
}
