import type { PublishAck, PublishData } from '../../../src/protocol/events.ts';
import { BelfryError } from '../errors.ts';
import type { Publication } from './publication.ts';

/** What may end the waiting before the server answers. */
export interface Patience {
  readonly signal: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  /** Called when it ended. */
  readonly withdraw: (reason: Error) => void;
}

interface Caller {
  readonly resolve: (ack: PublishAck) => void;
  readonly reject: (error: Error) => void;
}

/** A publication under way, and the caller who waits for it, if there is one. */
export class Entry {
  /** A copy, so that nothing that the app does to its object later changes what is sent. */
  readonly publication: Publication;
  /** What is sent as the request's data. */
  readonly json: string;
  /** In the outbox, if there is one: it may be sent. */
  isReady = false;
  /** On its way over the present line. */
  isAsked = false;
  isSettled = false;
  /** When it may have been sent for the first time, in ms since 1970. */
  sentAt: number | undefined;
  /** Whom it was sent as, if it was. */
  author: string | undefined;
  #caller: Caller | undefined;
  #release: () => void = () => undefined;

  /**
   * @param at when it was published, ms since 1970
   * @throws TypeError when JSON cannot hold its data
   */
  constructor(data: { [P in keyof PublishData]: PublishData[P] | undefined }, at: number) {
    this.json = JSON.stringify(data);
    this.publication = { ...JSON.parse(this.json), at };
  }

  /** Tells it from all others: a key counts within its channel. */
  get id(): string {
    const { channel, key } = this.publication;
    return `${channel} ${key}`;
  }

  /** Bytes of {@link json} in a frame. */
  get bytes(): number {
    return new TextEncoder().encode(this.json).length;
  }

  /** Begins to wait for the answer. */
  wait({ signal, timeout, withdraw }: Patience): Promise<PublishAck> {
    const aborted = (): void => withdraw(signal?.reason as Error);
    signal?.addEventListener('abort', aborted);
    const late = (): void => withdraw(new BelfryError('timeout'));
    const timer = timeout === undefined ? undefined : setTimeout(late, timeout);
    this.#release = () => {
      signal?.removeEventListener('abort', aborted);
      clearTimeout(timer);
    };
    return new Promise((resolve, reject) => {
      this.#caller = { resolve, reject };
    });
  }

  /** @returns false when nobody waits */
  resolve(ack: PublishAck): boolean {
    return this.#tell((caller) => caller.resolve(ack));
  }

  /** @returns false when nobody waits */
  reject(error: Error): boolean {
    return this.#tell((caller) => caller.reject(error));
  }

  #tell(how: (caller: Caller) => void): boolean {
    const caller = this.#caller;
    this.#caller = undefined;
    this.#release();
    if (caller) how(caller);
    return caller !== undefined;
  }
}
