import type { OpenOutbox, Outbox, Publication } from '../sdk/index.ts';

/**
 * An outbox that does without, where the browser keeps nothing (a private window, a strict policy): what is sent then
 * lives no longer than the tab, and everything else works on. One that fails later is no matter of this: it says so itself.
 */
export function forgiving(open: OpenOutbox): OpenOutbox {
  return (server) => new ForgivingOutbox(() => open(server));
}

class ForgivingOutbox implements Outbox {
  readonly #open: () => Outbox;
  /** Undefined inside where there is none; known once {@link client} is answered, which is asked before all else. */
  #real: Promise<Outbox | undefined> = Promise.resolve(undefined);

  constructor(open: () => Outbox) {
    this.#open = open;
  }

  async client(fresh: string): Promise<string> {
    const tried = this.#try(fresh);
    this.#real = tried.then(({ outbox }) => outbox);
    return (await tried).secret;
  }

  async add(publication: Publication): Promise<void> {
    await (await this.#real)?.add(publication);
  }

  async remove(publication: Publication): Promise<void> {
    await (await this.#real)?.remove(publication);
  }

  async adopt(): Promise<readonly Publication[]> {
    return (await (await this.#real)?.adopt()) ?? [];
  }

  async close(): Promise<void> {
    await (await this.#real)?.close();
  }

  async #try(fresh: string): Promise<{ readonly outbox?: Outbox; readonly secret: string }> {
    try {
      const outbox = this.#open();
      return { outbox, secret: await outbox.client(fresh) };
    } catch {
      return { secret: fresh };
    }
  }
}
