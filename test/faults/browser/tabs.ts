/**
 * Tabs of one browser profile, each with the client library and its outbox, served from an origin of their own.
 * What runs in them is written as text: these sources are typed for Node and know no window.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { PublishAck } from '../../../src/protocol/events.ts';
import { bundleSdk } from '../clients/sdk.ts';
import type { Publication } from '../clients/client.ts';
import { startChromium } from '../../support/chromium.ts';

/** A publication of a tab, or of a tab before it, that was acknowledged. */
export interface Acknowledged {
  readonly key: string;
  readonly ack: PublishAck;
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>tab</title><script type="module">
  import * as sdk from '/sdk.mjs';
  const acknowledged = [];
  const problems = [];
  const failed = (error) => problems.push(String(error));
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  let belfry;
  globalThis.tab = {
    open(url) {
      belfry = new sdk.Belfry(url, { name: 'tab', outbox: sdk.indexedDbOutbox() });
      belfry.on('delivered', ({ publication: { key }, ack }) => acknowledged.push({ key, ack }));
      belfry.on('undelivered', ({ error }) => failed(error));
      belfry.on('error', failed);
      belfry.connect();
    },
    publish({ channel, key, text }) {
      belfry.channel(channel).publish({ text }, { key }).then((ack) => acknowledged.push({ key, ack }), failed);
    },
    // Past the library: what it says of its own memory would prove nothing.
    async kept() {
      let count = 0;
      for (const { name } of await indexedDB.databases()) {
        const database = await done(indexedDB.open(name));
        if (database.objectStoreNames.contains('entries')) {
          count += await done(database.transaction('entries').objectStore('entries').count());
        }
        database.close();
      }
      return count;
    },
    acknowledged: () => acknowledged.splice(0),
    problems: () => problems,
  };
</script>`;

/** One tab. */
export class Tab {
  constructor(private readonly page: Page) {}

  /** Opens its client, which takes over what dead tabs have left in the outbox. */
  async open(url: string): Promise<void> {
    await this.call('open', url);
  }

  /** Publishes, and does not wait for the answer. */
  async publish(publication: Publication): Promise<void> {
    await this.call('publish', publication);
  }

  /** Publications that are in the outbox, of whichever tab. */
  async kept(): Promise<number> {
    return (await this.call('kept')) as number;
  }

  /** What was acknowledged since this was asked last. */
  async acknowledged(): Promise<readonly Acknowledged[]> {
    return (await this.call('acknowledged')) as Acknowledged[];
  }

  /** What went wrong in it. */
  async problems(): Promise<readonly string[]> {
    return (await this.call('problems')) as string[];
  }

  /** Kills the process behind the tab: no event of it is heard any more, as when the system runs out of memory. */
  async crash(): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page);
    const crashed = new Promise((resolve) => this.page.once('crash', resolve));
    // Nobody is left to answer this; it fails when the tab is closed.
    session.send('Page.crash').catch(() => undefined);
    await crashed;
    await this.page.close();
  }

  /** Closes it as a person does. */
  async close(): Promise<void> {
    await this.page.close();
  }

  private async call(name: string, argument?: unknown): Promise<unknown> {
    return this.page.evaluate(`tab.${name}(${argument === undefined ? '' : JSON.stringify(argument)})`);
  }
}

/** A profile: what one tab has stored, the next one finds. */
export class Tabs {
  private constructor(
    private readonly origin: Server,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
  ) {}

  /** Starts a browser and the origin of its tabs. */
  static async start(): Promise<Tabs> {
    const library = await bundleSdk();
    const origin = createServer(({ url }, response) => {
      const isLibrary = url === '/sdk.mjs';
      response.setHeader('Content-Type', isLibrary ? 'text/javascript' : 'text/html');
      response.end(isLibrary ? library : PAGE);
    }).listen(0, '127.0.0.1');
    await once(origin, 'listening');
    try {
      const browser = await startChromium();
      return new Tabs(origin, browser, await browser.newContext());
    } catch (error) {
      origin.close();
      throw error;
    }
  }

  /** A new tab, with the library loaded and no client yet. */
  async tab(): Promise<Tab> {
    const page = await this.context.newPage();
    await page.goto(`http://127.0.0.1:${(this.origin.address() as AddressInfo).port}/`);
    await page.waitForFunction('globalThis.tab !== undefined');
    return new Tab(page);
  }

  /** Ends all of it. */
  async close(): Promise<void> {
    await this.browser.close();
    this.origin.closeAllConnections();
    const closed = once(this.origin, 'close');
    this.origin.close();
    await closed;
  }
}
