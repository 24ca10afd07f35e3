import type { ErrorData } from '../../../src/protocol/error-codes.ts';
import type { Envelope, RequestId } from '../../../src/protocol/events.ts';
import type { AckFrame, ErrorFrame } from '../connection/server-frame.ts';

/** How a request ended. */
export type Answer =
  | { readonly kind: 'ack'; readonly data: AckFrame['data'] }
  | { readonly kind: 'error'; readonly data: ErrorData }
  /** The line broke before the answer came: carried out or not, nobody here knows. */
  | { readonly kind: 'lost' };

/** Pairs what was asked with what is answered, by id. Every request is answered here exactly once. */
export class Requests {
  readonly #send: (frame: Envelope) => void;
  readonly #open = new Map<RequestId, (answer: Answer) => void>();
  #last = 0;

  constructor(send: (frame: Envelope) => void) {
    this.#send = send;
  }

  /** Sends a request; `answered` is called within the event that brings the answer, so that frames stay in order. */
  ask(event: string, data: object, answered: (answer: Answer) => void): void {
    const id = ++this.#last;
    this.#open.set(id, answered);
    this.#send({ event, data, id });
  }

  /**
   * Hands an answer to whoever asked.
   *
   * @returns whether it was an answer to anything
   */
  answer(frame: AckFrame | ErrorFrame): boolean {
    const answered = frame.id === undefined ? undefined : this.#open.get(frame.id);
    if (frame.id === undefined || !answered) return false;
    this.#open.delete(frame.id);
    answered(frame.event === 'ack' ? { kind: 'ack', data: frame.data } : { kind: 'error', data: frame.data });
    return true;
  }

  /** The line is gone: what is still open has no answer to wait for. */
  abandon(): void {
    const left = [...this.#open.values()];
    this.#open.clear();
    for (const answered of left) answered({ kind: 'lost' });
  }
}
