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

type Result = IteratorResult<MessageData, undefined>;

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
  const takers: Array<Taker> = [];
  let ended: { readonly error: unknown } | undefined;

  const end = (error?: unknown): void => {
    if (ended) return;
    ended = { error };
    for (const off of offs) off();
    for (const taker of takers.splice(0)) finish(taker);
  };
  const finish = ({ resolve, reject }: Taker): void => {
    const error = ended?.error;
    // An error is thrown once; who asks again is told that it is over.
    ended = { error: undefined };
    if (error === undefined) resolve({ done: true, value: undefined });
    else reject(error as Error);
  };
  const aborted = (): void => end(signal?.reason);
  const offs = [
    subscription.on('message', (message) => {
      const taker = takers.shift();
      if (taker) taker.resolve({ done: false, value: message });
      else if (messages.length < buffer) messages.push(message);
      else end(new BelfryError('overrun'));
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
    next: () =>
      new Promise<Result>((resolve, reject) => {
        const message = messages.shift();
        if (message) resolve({ done: false, value: message });
        else if (ended) finish({ resolve, reject });
        else takers.push({ resolve, reject });
      }),
    return: () => {
      messages.length = 0;
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}

interface Taker {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}
