/**
 * The socket that gateways are given: a WebSocket of ws in every respect. Two parties write to its line, ws and Outgoing;
 * here they come to terms: what was sent first leaves first, and no frame gets between the pieces of a message.
 */
import { WebSocket } from 'ws';
import type { Frame } from '../messages/frame.ts';
import { inflatedAgain } from './deflate.ts';

type SendOptions = Parameters<WebSocket['send']>[1];
type Data = Parameters<WebSocket['send']>[0];
type Callback = (error?: Error) => void;

/** Whoever writes to the same line. */
interface OtherWriter {
  /** Hands over what was sent so far. */
  flush(): void;
  /** Hears that ws has handed over a message of its own. */
  written(): void;
}

/** Made by ws for each upgrade (its option `WebSocket`). */
export class GatewaySocket extends WebSocket {
  /** What Belfry itself sends. */
  outgoing: OtherWriter | undefined;
  /** Whether a message was begun with `fin: false` and has not ended: only control frames may come now (RFC 6455 section 5.4). */
  isMidMessage = false;
  /** Whether ws compresses here. */
  compressesItself = false;
  /** Blobs that ws still reads; it keeps back whatever is sent behind them. */
  private blobs = 0;

  /**
   * Whether ws sends in its own time, as it compresses or reads a Blob: then it writes all there is, since whoever wrote beside it
   * would get before what was sent earlier, or between the pieces of a message.
   */
  get writesAlone(): boolean {
    return this.compressesItself || this.blobs > 0;
  }

  /** Whether frames can still be sent. */
  get isOpen(): boolean {
    return this.readyState === WebSocket.OPEN;
  }

  override send(data: Data, callback?: Callback): void;
  override send(data: Data, options: SendOptions, callback?: Callback): void;
  override send(data: Data, options?: SendOptions | Callback, callback?: Callback): void {
    if (typeof options === 'function') return this.send(data, {}, options);
    this.outgoing?.flush();
    // As ws has it: whoever names `fin` and leaves it undefined goes on, too.
    this.isMidMessage = options !== undefined && 'fin' in options && !options.fin;
    const isBlob = data instanceof Blob && this.isOpen;
    if (isBlob) this.blobs += 1;
    super.send(data, options ?? {}, this.writesAlone ? this.andTell(callback, isBlob) : callback);
    // What waited for the end of a message need not wait for the next turn.
    this.outgoing?.flush();
  }

  /** Sends a frame of the other writer's through ws, behind all that was sent before. */
  pass({ payload, binary, compressed }: Frame): void {
    super.send(compressed ? inflatedAgain(payload as Buffer) : payload, { binary, compress: false }, this.andTell());
  }

  /** What was sent before is not lost: it leaves before the close frame. */
  override close(code?: number, reason?: string | Buffer): void {
    this.outgoing?.flush();
    super.close(code, reason);
  }

  private andTell(callback?: Callback, isBlob = false): Callback {
    return (error) => {
      if (isBlob) this.blobs -= 1;
      callback?.(error);
      this.outgoing?.written();
    };
  }
}
