import type { JoinAck, MessageData, PublishAck } from '../../../src/protocol/events.ts';
import { Belfry } from '../belfry.ts';
import type { BelfryOptions } from '../options.ts';
import { fakeSockets, type FakeSocket } from './fake-socket.ts';

/** A client on a workbench: its sockets lead to the test. */
export class Bench {
  readonly sockets = fakeSockets();
  readonly client: Belfry;
  /** The kinds of all states so far. */
  readonly states: string[] = [];

  constructor(options: BelfryOptions = {}) {
    this.client = new Belfry('wss://example.org/ws', { WebSocket: this.sockets.WebSocket, ...options });
    this.client.on('state', ({ kind }) => this.states.push(kind));
  }

  /** The socket that was dialled last. */
  get socket(): FakeSocket {
    return this.sockets.last;
  }

  /** Connects and is welcomed. */
  connect(): void {
    this.client.connect();
    this.socket.welcome();
  }

  /** The line breaks and the next one is welcomed; fake timers only. */
  comeBack(advance: (ms: number) => void): void {
    this.socket.end();
    advance(20_000);
    this.socket.welcome();
  }

  /** The server answers the join that was sent last. */
  joined(offset: number, more: Partial<JoinAck> = {}): void {
    this.socket.acknowledge('join', joinAck(offset, more));
  }
}

/** The answer to a join of the channel `news`. */
export function joinAck(offset: number, more: Partial<JoinAck> = {}): JoinAck {
  return { channel: 'news', epoch: 'e1', offset, recovered: false, first: 1, ...more };
}

/** A message of the channel `news`. */
export function message(offset: number): MessageData {
  return { channel: 'news', offset, from: 'u2', text: `m${offset}`, at: 1 };
}

/** The answer to a publication in the channel `news`. */
export function publishAck(offset: number, duplicate = false): PublishAck {
  return { channel: 'news', epoch: 'e1', offset, at: 1, duplicate };
}
