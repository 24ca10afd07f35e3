/** Called with what happened. What it throws is reported as an uncaught error and reaches nobody else. */
export type Listener<T> = (event: T) => void;

/**
 * Typed events for the classes of this library.
 *
 * Listeners are called at once, in the order in which they were added. One that throws keeps neither the others nor the
 * library from their work: a message that was counted as told must have been told to everybody.
 */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  /**
   * Calls `listener` on every such event from now on.
   *
   * @returns a function that ends it
   */
  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => this.off(event, listener);
  }

  /** Ends what {@link on} began. */
  off<E extends keyof Events>(event: E, listener: Listener<Events[E]>): void {
    this.#listeners.get(event)?.delete(listener);
  }

  /** Tells everyone who listens now. */
  protected emit<E extends keyof Events>(event: E, data: Events[E]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])] as Array<Listener<Events[E]>>) {
      try {
        listener(data);
      } catch (error) {
        // Thrown where no one of ours is on the stack: `window.onerror` or Node's `uncaughtException` gets it.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
