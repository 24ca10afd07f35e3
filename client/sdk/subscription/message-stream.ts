import type { MessageData } from '../../../src/protocol/events.ts';
import { BelfryError } from '../errors.ts';
import type { Subscription } from './subscription.ts';

/** How messages are iterated. */
export interface StreamOptions {
  /** Ends the iteration; it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Messages that may wait for a loop that is slower than the channel; one more, and the loop throws `overrun`.
   * No bound when left out.
   */
  readonly buffer?: number | undefined;
}

/**
 * The messages of a channel for `for await`, from the moment of the call on, until the channel is left or the loop is.
 *
 * What came before the end is given first. The end by `leave()` or `close()` ends the loop; any other is thrown in it.
 */
export function streamOf(
  subscription: Subscription,
  { signal, buffer = Infinity }: StreamOptions,
): AsyncIterableIterator<MessageData, undefined> {
  const messages: MessageData[] = [];
  const takers: Array<() => void> = [];
  let ended: { readonly error: unknown } | undefined;

  const wake = (): void => {
    for (const taker of takers.splice(0)) taker();
  };
  const end = (error?: unknown): void => {
    ended ??= { error };
    for (const off of offs) off();
    wake();
  };
  const aborted = (): void => end(signal?.reason);
  const offs = [
    subscription.on('message', (message) => {
      if (messages.length >= buffer + takers.length) return end(new BelfryError('overrun'));
      messages.push(message);
      wake();
    }),
    subscription.on('left', ({ reason }) => end(reason?.code === 'closed' ? undefined : reason)),
    () => signal?.removeEventListener('abort', aborted),
  ];
  signal?.addEventListener('abort', aborted);
  if (signal?.aborted) aborted();

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      for (;;) {
        const value = messages.shift();
        if (value) return { done: false, value };
        if (ended) {
          const { error } = ended;
          // It is thrown once; who asks again is told that it is over.
          ended = { error: undefined };
          if (error !== undefined) throw error;
          return { done: true, value: undefined };
        }
        await new Promise<void>((resolve) => takers.push(resolve));
      }
    },
    return: async () => {
      messages.length = 0;
      end();
      return { done: true, value: undefined };
    },
  };
}
