/**
 * One direction of one proxied connection: it forwards piece by piece, keeps the backpressure of its sink, and can be told to
 * stop reading, to be late, to drop a frame, or to break off in the middle of the next one.
 */
import type { Socket } from 'node:net';
import { FrameSplitter } from './frames.ts';
import type { Piece, WireFrame } from './frames.ts';

/** `down` is from the server to the client. */
export type Direction = 'up' | 'down';

/** Decides about one frame. A dropped one never was. */
export type FrameFilter = (frame: WireFrame, direction: Direction) => 'pass' | 'drop';

/** What a flow needs. */
export interface FlowOptions {
  readonly source: Socket;
  readonly sink: Socket;
  readonly filter: (frame: WireFrame) => 'pass' | 'drop';
  /** Milliseconds by which a chunk is late. */
  readonly delay: () => number;
}

/** How much of a frame gets through before the cut: a share between 0 and 1. */
interface PlannedCut {
  readonly share: number;
  readonly written: () => void;
}

/** One direction. */
export class Flow {
  private readonly splitter = new FrameSplitter();
  private readonly source: Socket;
  private readonly sink: Socket;
  private readonly options: FlowOptions;
  private planned: PlannedCut | undefined;
  private stalled = false;
  private waiting = false;
  private broken = false;
  private ended = false;

  constructor(options: FlowOptions) {
    this.options = options;
    this.source = options.source;
    this.sink = options.sink;
    this.source.on('data', (chunk: Buffer) => this.arrive(chunk));
    this.source.on('end', () => this.end());
    this.sink.on('drain', () => this.go());
  }

  /** Stops reading, so that the sender's buffers fill up, until `resume`. */
  stall(): void {
    this.stalled = true;
    this.source.pause();
  }

  /** Reads on. */
  resume(): void {
    this.stalled = false;
    this.go();
  }

  /** Forwards only a part of the next frame, nothing after it, and calls `written` when that part has left. */
  breakNextFrame(share: number, written: () => void): void {
    this.planned = { share, written };
  }

  private arrive(chunk: Buffer): void {
    const delay = this.options.delay();
    if (delay === 0) return this.forward(chunk);
    this.waiting = true;
    this.source.pause();
    setTimeout(() => {
      this.waiting = false;
      this.forward(chunk);
      if (this.ended) this.sink.end();
      else this.go();
    }, delay);
  }

  /** The end is as late as what came before it. */
  private end(): void {
    this.ended = true;
    if (!this.waiting) this.sink.end();
  }

  private forward(chunk: Buffer): void {
    for (const piece of this.splitter.push(chunk)) {
      if (this.broken) return;
      if (piece.frame && this.planned) return this.break(piece, this.planned);
      if (!piece.frame || this.options.filter(piece.frame) === 'pass') this.write(piece.bytes);
    }
  }

  private break({ bytes }: Piece, { share, written }: PlannedCut): void {
    this.broken = true;
    const length = Math.min(Math.max(1, Math.floor(bytes.length * share)), bytes.length - 1);
    if (this.sink.writable) this.sink.write(bytes.subarray(0, length), () => written());
    else written();
  }

  private write(bytes: Buffer): void {
    if (this.sink.writable && !this.sink.write(bytes)) this.source.pause();
  }

  private go(): void {
    if (!this.stalled && !this.waiting && !this.sink.writableNeedDrain) this.source.resume();
  }
}
