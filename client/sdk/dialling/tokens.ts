import type { WelcomeData } from '../../../src/protocol/events.ts';
import { watchTimer } from '../connection/timer.ts';
import { BelfryError } from '../errors.ts';
import type { Requests } from '../requests/requests.ts';

/** What says who we are: the token itself, or a function that gets one, called anew whenever one is needed. */
export type Token = string | (() => string | Promise<string>);

/** What the server says about whoever sent a token that it took: in its welcome, and when it was renewed. */
export type Proof = Pick<WelcomeData, 'user' | 'expiresIn'>;

/** A timer of this, in ms, would ring at once; a connection does not last for 24 days. */
const TOO_LONG = 2 ** 31;

/** What tokens need from the client that they belong to. */
export interface TokensHost {
  readonly requests: Requests;
  /** The server took a renewed token. */
  readonly proved: (proof: Proof) => void;
  /** No token could be got, or the server refused a renewed one. */
  readonly failed: (error: BelfryError) => void;
}

/**
 * The tokens of one client: one for each dial, and a new one before the old one expires, so that the connection
 * outlives it.
 *
 * How long a token lives is counted from when the server said so: whether the clocks agree does not matter. A renewal
 * that fails is tried again in what is left of the life; after that the server ends the connection, and the next dial asks.
 */
export class Tokens {
  /** The newest token. */
  current = '';
  /** Whether a new token is on its way to the server: until it answers, nobody knows for sure who we are to it. */
  isOpen = false;
  readonly #token: Token;
  readonly #host: TokensHost;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(token: Token, host: TokensHost) {
    this.#token = token;
    this.#host = host;
  }

  /**
   * Gets one.
   *
   * @throws BelfryError when the function failed; the event `error` tells of it, too
   */
  async ask(): Promise<void> {
    try {
      this.current = await (typeof this.#token === 'string' ? this.#token : this.#token());
    } catch (cause) {
      const error = new BelfryError('token_failed', { cause });
      this.#host.failed(error);
      throw error;
    }
  }

  /** The token is good for that many ms: it is renewed 5 to 60 s before the end, but not before half of its life. */
  start(life = Infinity): void {
    this.stop();
    const left = Math.min(life / 2, 60_000, Math.max(5_000, life / 10));
    if (typeof this.#token === 'string' || life >= TOO_LONG) return;
    this.#timer = watchTimer(() => void this.#renew(left), life - left);
  }

  /** The connection is gone. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #renew(left: number): Promise<void> {
    const timer = this.#timer;
    const failed = await this.ask().catch(() => true);
    // The connection that it was meant for is gone.
    if (this.#timer !== timer) return;
    // Not ever faster: in its last second a token is not worth it any more.
    this.start(Math.max(2_000, left));
    if (failed) return;
    this.isOpen = true;
    this.#host.requests.ask('auth', JSON.stringify({ token: this.current }), (answer) => {
      this.isOpen = false;
      if (answer.event === 'ack') this.#host.proved(answer.data as Proof);
      else if (answer.event === 'error') this.#host.failed(new BelfryError(answer.data));
    });
  }
}
