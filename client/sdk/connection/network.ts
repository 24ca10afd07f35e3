import { browser, type BrowserGlobals } from '../browser.ts';

/** Who is told what the device says about its network. */
export interface NetworkListener {
  /** The network or the reader is back: a good moment to look after the line. */
  readonly wake: () => void;
  /** The device lost its network, or says so. */
  readonly lost: () => void;
}

/** Whether the device says that it has no network. Node never says so. */
export function isOffline(): boolean {
  return browser.navigator?.onLine === false;
}

/**
 * Listens to the browser, where there is one: `online`, `offline`, `pageshow` of the window (or worker), `resume` and
 * `visibilitychange` of the document.
 *
 * @returns a function that ends it and leaves no listener behind
 */
export function watchNetwork({ wake, lost }: NetworkListener): () => void {
  const life = new AbortController();
  const listen = (
    target: Pick<BrowserGlobals, 'addEventListener'> | undefined,
    events: string[],
    listener: () => void,
  ): void => {
    for (const event of events) target?.addEventListener?.(event, listener, life);
  };
  const page = browser.document;
  listen(browser, ['online', 'pageshow'], wake);
  listen(browser, ['offline'], lost);
  listen(page, ['resume'], wake);
  listen(page, ['visibilitychange'], () => {
    if (page?.visibilityState === 'visible') wake();
  });
  return () => life.abort();
}
