import type { RequestId } from '../../../src/protocol/events.ts';
import type { AckFrame, ErrorFrame } from '../connection/frame.ts';

/**
 * Requests that may be unanswered on one connection. The server reads no further than 64 ahead, and what waits here
 * rather than there can still be withdrawn.
 */
const WINDOW = 32;

/** How a request ended: carried out, refused, or lost with the line - whether it was carried out, nobody here knows. */
export type Answer = AckFrame | ErrorFrame | { readonly event: 'lost' };

/** Is called within the event that brings the answer, so that frames stay in order. */
export type Answered = (answer: Answer) => void;

interface Request {
  readonly event: string;
  readonly json: string;
  readonly answered: Answered;
}

/**
 * Pairs what was asked with what is answered, by id, and keeps a window of unanswered requests.
 *
 * Requests leave in the order in which they were asked, and each is answered here exactly once. Ids are never used
 * again, so that no answer can be taken for another's.
 */
export class Requests {
  readonly #send: (frame: string) => void;
  readonly #roomy: () => void;
  readonly #open = new Map<RequestId, Answered>();
  readonly #waiting: Request[] = [];
  #isUp = false;
  #last = 0;

  /** @param roomy called whenever there may be room again; see {@link hasRoom} */
  constructor(send: (frame: string) => void, roomy: () => void) {
    this.#send = send;
    this.#roomy = roomy;
  }

  /** There is a line, and the server welcomed us on it. */
  up(): void {
    this.#isUp = true;
  }

  /** Whether a request would leave at once. Publications wait until it would; everything else may queue. */
  get hasRoom(): boolean {
    return this.#isUp && this.#waiting.length === 0 && this.#open.size < WINDOW;
  }

  /** Asks; without a line the answer is `lost`. */
  ask(event: string, json: string, answered: Answered): void {
    if (!this.#isUp) return answered({ event: 'lost' });
    this.#waiting.push({ event, json, answered });
    this.#flush();
  }

  /**
   * Hands an answer to whoever asked.
   *
   * @returns whether it was an answer to anything
   */
  answer(frame: AckFrame | ErrorFrame): boolean {
    const { id = '' } = frame;
    const answered = this.#open.get(id);
    if (!answered) return false;
    this.#open.delete(id);
    answered(frame);
    this.#flush();
    this.#roomy();
    return true;
  }

  /** The line is gone: what is still open has no answer to wait for. */
  down(): void {
    this.#isUp = false;
    const left = [...this.#open.values(), ...this.#waiting.map(({ answered }) => answered)];
    this.#open.clear();
    this.#waiting.length = 0;
    for (const answered of left) answered({ event: 'lost' });
  }

  #flush(): void {
    while (this.#isUp && this.#open.size < WINDOW) {
      const request = this.#waiting.shift();
      if (!request) return;
      const id = ++this.#last;
      this.#open.set(id, request.answered);
      this.#send(`{"event":"${request.event}","id":${id},"data":${request.json}}`);
    }
  }
}
