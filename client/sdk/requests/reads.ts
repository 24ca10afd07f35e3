import { BelfryError } from '../errors.ts';
import type { Requests } from './requests.ts';

interface Read {
  /** Asks over the line that there is now; answered `lost`, it stays for the next one. */
  readonly ask: () => void;
  readonly fail: (error: BelfryError) => void;
}

/** What questions need from the client that they belong to. */
export interface ReadsHost {
  readonly requests: Requests;
  /** Why nothing can be asked, if there is no connection and none will come by itself. */
  readonly ended: () => BelfryError | undefined;
  /** There should be a connection. */
  readonly need: () => void;
}

/** Questions that change nothing - `history`, `presence` - and can therefore be asked again on every new line. */
export class Reads {
  readonly #host: ReadsHost;
  readonly #open = new Set<Read>();

  constructor(host: ReadsHost) {
    this.#host = host;
  }

  /**
   * Asks, now or as soon as there is a line, until there is an answer.
   *
   * @param signal ends the waiting
   * @throws BelfryError what the server refuses
   * @throws unknown the signal's reason
   */
  async ask<T>(event: string, data: object, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const ended = this.#host.ended();
    if (ended) throw ended;
    const json = JSON.stringify(data);
    const life = new AbortController();
    try {
      return await new Promise<T>((resolve, reject) => {
        const read: Read = {
          fail: reject,
          ask: () =>
            this.#host.requests.ask(event, json, (answer) => {
              if (answer.event === 'ack') resolve(answer.data as T);
              else if (answer.event === 'error') reject(new BelfryError(answer.data));
            }),
        };
        signal?.addEventListener('abort', () => reject(signal.reason as Error), life);
        life.signal.addEventListener('abort', () => this.#open.delete(read));
        this.#open.add(read);
        read.ask();
        this.#host.need();
      });
    } finally {
      life.abort();
    }
  }

  /** There is a new line: ask everything again. */
  welcome(): void {
    for (const read of this.#open) read.ask();
  }

  /** There will be no line. */
  fail(error: BelfryError): void {
    for (const read of this.#open) read.fail(error);
  }
}
