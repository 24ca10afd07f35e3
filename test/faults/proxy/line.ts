/**
 * One connection through the proxy, in both directions, and the faults that it can have.
 */
import type { Socket } from 'node:net';
import { Flow } from './flow.ts';
import type { Direction, FrameFilter } from './flow.ts';

/** How a line ends: with RST, as when a machine vanishes or a NAT forgets, or with FIN, as when a process ends. */
export type Ending = 'rst' | 'fin';

/** How a line is cut in the middle of a frame. */
export interface CutInFrame {
  /** The share of the frame's bytes that get through, 0..1; at least one byte does, and at least one doesn't. */
  readonly share?: number;
  readonly ending?: Ending;
}

/** What the proxy sets for all of its lines. */
export interface LineFaults {
  readonly filter: FrameFilter;
  /** Milliseconds by which every chunk is late. */
  readonly delay: () => number;
}

/** A connection between a client and the server. */
export class Line {
  private readonly up: Flow;
  private readonly down: Flow;
  /** Resolves when both ends are gone. */
  readonly ended: Promise<void>;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    faults: LineFaults,
  ) {
    const { delay } = faults;
    const filter = (direction: Direction) => (frame: Parameters<FrameFilter>[0]) => faults.filter(frame, direction);
    this.up = new Flow({ source: client, sink: server, filter: filter('up'), delay });
    this.down = new Flow({ source: server, sink: client, filter: filter('down'), delay });
    // The end of one side is the end of the other. Errors are what this proxy is made of, and `close` follows them.
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => reset(other));
      one.on('close', () => other.destroySoon());
    }
    this.ended = Promise.all([client, server].map(closed)).then(() => undefined);
  }

  /** Ends it now, wherever it is. What it holds and has not forwarded is lost. */
  cut(ending: Ending): void {
    for (const socket of [this.client, this.server]) {
      if (ending === 'rst') reset(socket);
      else socket.destroySoon();
    }
  }

  /**
   * Ends it in the middle of the next frame of a direction. Resolves when it has ended; if no frame comes that way, whenever it
   * ends otherwise.
   */
  async cutInFrame(direction: Direction, { share = 0.5, ending = 'fin' }: CutInFrame = {}): Promise<void> {
    this[direction].breakNextFrame(share, () => this.cut(ending));
    await this.ended;
  }

  /** Stops reading from the server: it feels the backpressure of a client that does not read. */
  stall(): void {
    this.down.stall();
  }

  /** Reads on from the server. */
  resume(): void {
    this.down.resume();
  }
}

/**
 * Resets a socket. One that is ending already is only destroyed: libuv refuses to reset it then, and Node (20) has a handle from it
 * that is never closed, for which it waits without end when the process exits.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

async function closed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}
