import type { OutboxDatabase } from './database.ts';
import type { Ownership } from './ownership.ts';

/** How long a lease lasts without being renewed, in ms: browsers let the timers of a hidden tab ring once a minute only. */
const LEASE = 180_000;

/** How often it is renewed, in ms. */
const RENEWAL = 30_000;

/**
 * By leases in the database, where there are no locks: in pages that came over plain HTTP from another machine.
 *
 * A tab that was frozen for longer than a lease may find its entries adopted. Both send them then, under the same keys.
 */
export class LeaseOwnership implements Ownership {
  readonly #database: () => Promise<OutboxDatabase>;
  #owner = '';
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(database: () => Promise<OutboxDatabase>) {
    this.#database = database;
  }

  async hold(owner: string): Promise<void> {
    this.#owner = owner;
    await this.#renew();
    // A renewal that fails is made up for by the next one, or ends like a death.
    this.#timer = setInterval(() => this.#renew().catch(() => undefined), RENEWAL);
  }

  async isGone(owner: string): Promise<boolean> {
    const until = await (await this.#database()).get('leases', owner);
    return until === undefined || until < Date.now();
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await (await this.#database()).delete('leases', this.#owner);
  }

  async #renew(): Promise<void> {
    await (await this.#database()).put('leases', Date.now() + LEASE, this.#owner);
  }
}
