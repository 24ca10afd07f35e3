/**
 * Reads a channel's whole history from the server, past every proxy, as the measure of what everybody else was told.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Envelope, HistoryAck, HistoryData } from '../../../src/protocol/events.ts';
import type { ChannelRecord, Kept } from '../ledger/channel-record.ts';
import { keyIn } from '../ledger/key.ts';

const PAGE = 500;

/** Milliseconds for an answer. A server that hangs is to be told of, and not waited for. */
const PATIENCE = 15_000;

interface Answer {
  readonly resolve: (frame: Envelope) => void;
  readonly reject: (error: Error) => void;
}

/** A connection that only asks for history. */
export class HistoryReader {
  private requests = 0;

  private readonly answers = new Map<Envelope['id'], Answer>();

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (raw: Buffer) => {
      const frame = JSON.parse(raw.toString()) as Envelope;
      this.answers.get(frame.id)?.resolve(frame);
      this.answers.delete(frame.id);
    });
    socket.once('close', () => {
      for (const { reject } of this.answers.values()) reject(new Error('the server went away while it was asked'));
    });
  }

  /** Connects. */
  static async open(url: string): Promise<HistoryReader> {
    const socket = new WebSocket(url, { handshakeTimeout: PATIENCE });
    await once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE) });
    return new HistoryReader(socket);
  }

  /** How far a channel reaches now. */
  async reach(channel: string): Promise<Pick<HistoryAck, 'epoch' | 'first' | 'last'>> {
    return this.ask({ channel, limit: 1 });
  }

  /** Reads everything, page by page, and enters it in the channel's record. */
  async readAll(record: ChannelRecord): Promise<Kept> {
    const { channel } = record;
    const messages: Array<Kept['messages'][number]> = [];
    for (let after = 0; ;) {
      const page = await this.ask({ channel, after, limit: PAGE });
      for (const message of page.messages) {
        record.seen(page.epoch, message);
        const { offset, text = '', key = keyIn(text) } = message;
        messages.push({ offset, key });
      }
      const { epoch, first, last } = page;
      after = page.messages.at(-1)?.offset ?? last;
      // An empty page ends it too: what should have been in it is then seen to be missing.
      if (after >= last) return { epoch, first, last, messages };
    }
  }

  /** Disconnects. */
  async close(): Promise<void> {
    const ended = once(this.socket, 'close');
    this.socket.terminate();
    await ended;
  }

  private async ask(data: HistoryData): Promise<HistoryAck> {
    this.requests += 1;
    const id = this.requests;
    const answer = new Promise<Envelope>((resolve, reject) => this.answers.set(id, { resolve, reject }));
    this.socket.send(JSON.stringify({ event: 'history', id, data }));
    const impatience = setTimeout(() => this.socket.terminate(), PATIENCE);
    const frame = await answer;
    clearTimeout(impatience);
    if (frame.event !== 'ack') throw new Error(`history was refused: ${JSON.stringify(frame.data)}`);
    return frame.data as HistoryAck;
  }
}
