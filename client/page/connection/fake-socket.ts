import type { Envelope } from '../../../src/protocol/events.ts';
import type { Socket, Surroundings } from './socket.ts';

/** A socket whose other end is the test. */
export class FakeSocket extends EventTarget {
  /** What the page has sent, oldest first. */
  readonly sent: Envelope[] = [];
  /** Whether the page has closed it. */
  isClosed = false;

  /** As WebSocket's. */
  send(frame: string): void {
    this.sent.push(JSON.parse(frame));
  }

  /** As WebSocket's; the `close` event never comes by itself, as on a dead line. */
  close(): void {
    this.isClosed = true;
  }

  /** The server sends a frame. */
  receive(event: string, data: object, id?: Envelope['id']): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ event, data, id }) }));
  }

  /** The server closes the line, or it breaks. */
  end(code = 1006, reason = ''): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason }));
  }

  /** Welcomes the page as that user, with a heartbeat of 25 and 10 s. */
  welcome(id = 'u1'): void {
    const heartbeat = { interval: 25_000, timeout: 10_000 };
    this.receive('welcome', { connection: 'c1', user: { id }, heartbeat, limits: { payload: 65_536, channels: 100 } });
  }

  /** The last request of this kind. */
  request(event: string): Envelope {
    const found = this.sent.findLast((frame) => frame.event === event);
    if (!found) throw new Error(`The page has not sent a "${event}".`);
    return found;
  }

  /** Acknowledges the last request of this kind. */
  acknowledge(event: string, data: object): void {
    this.receive('ack', data, this.request(event).id);
  }
}

/** Surroundings in which every dial succeeds at once and chance always says `random`. */
export class FakeSurroundings implements Surroundings {
  /** Every socket so far, oldest first. */
  readonly sockets: FakeSocket[] = [];
  /** What chance says. */
  chance = 0.5;

  readonly random = (): number => this.chance;

  readonly open = (): Socket => {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  };

  /** The socket that was dialled last. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('The page has not dialled yet.');
    return socket;
  }
}
