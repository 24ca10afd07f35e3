/** The outbox in a real browser: what was not acknowledged survives its tab, and the next one sends it, once. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BrowserContext, Page, WebSocketRoute } from 'playwright-core';
import { useBrowser } from '../support/browser.ts';

const BUNDLE = fileURLToPath(new URL('../../client/sdk/testing/bundle.mjs', import.meta.url));
const ORIGIN = 'http://127.0.0.1:4';

/** A publication as a server of our own heard it. */
interface Heard {
  readonly client: string;
  readonly text: string;
  readonly key: string;
}

/** A frame from the library. */
interface Request {
  readonly event: string;
  readonly id: number;
  readonly data: { readonly text: string; readonly key: string };
}

/** Answers the library's WebSockets, whichever tab they come from. */
class FakeServer {
  readonly heard: Heard[] = [];
  /** Whether publications are acknowledged. */
  answers = true;
  #change: () => void = () => undefined;

  readonly take = (socket: WebSocketRoute): void => {
    const client = new URL(socket.url()).searchParams.get('client') ?? '';
    const send = (event: string, data: object, id?: number): void => socket.send(JSON.stringify({ event, data, id }));
    socket.onMessage((frame) => {
      const { event, id, data } = JSON.parse(String(frame)) as Request;
      if (event !== 'message') return;
      this.heard.push({ client, text: data.text, key: data.key });
      if (this.answers)
        send('ack', { channel: 'news', epoch: 'e', offset: this.heard.length, at: 1, duplicate: false }, id);
      this.#change();
    });
    const heartbeat = { interval: 25_000, timeout: 10_000 };
    send('welcome', { connection: 'c', user: { id: 'u' }, heartbeat, limits: { payload: 65_536, channels: 100 } });
  };

  /** The texts that it heard so far. */
  get texts(): string[] {
    return this.heard.map(({ text }) => text);
  }

  /** Resolves when it has heard that many publications. */
  async until(count: number): Promise<void> {
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => {
        this.#change = resolve;
      });
    }
  }
}

describe('the outbox', () => {
  const browser = useBrowser();
  let html: string;
  let server: FakeServer;
  let first: Page;

  beforeAll(async () => {
    const [sdk, outbox] = await Promise.all([bundle('index.ts', 'sdk'), bundle('outbox.ts', 'outbox')]);
    html = `<!doctype html><title>a tab</title><script>${sdk}</script><script>${outbox}</script>`;
  });

  beforeEach(async () => {
    server = new FakeServer();
    first = await browser.visit(ORIGIN, {
      before: async (page) => {
        const context = page.context();
        await context.route(`${ORIGIN}/**`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
        await context.routeWebSocket(/\/ws/, server.take);
      },
    });
  });

  async function anotherTab(context: BrowserContext = first.context()): Promise<Page> {
    const page = await context.newPage();
    await page.goto(ORIGIN);
    return page;
  }

  it('sends what a killed tab left: once, in order, under the same keys and as the same author', async () => {
    server.answers = false;
    await open(first);
    await publish(first, 'a', 'b', 'c');
    await server.until(3);
    await kill(first);

    server.answers = true;
    const second = await anotherTab();
    await open(second);
    await delivered(second, 3);
    expect(server.heard.slice(3)).toEqual(server.heard.slice(0, 3));
    expect(server.texts.slice(3)).toEqual(['a', 'b', 'c']);
    expect(server.heard[0]?.client).toMatch(/^[0-9a-f]{32}$/);

    const third = await anotherTab();
    await open(third);
    await publish(third, 'd');
    await server.until(7);
    expect(server.texts.slice(6)).toEqual(['d']);
    expect(await entries(third)).toBe(0);
  });

  it('leaves to each of two living tabs what is its own', async () => {
    server.answers = false;
    const second = await anotherTab();
    await open(first);
    await publish(first, 'of the first');
    await server.until(1);
    await open(second);
    await publish(second, 'of the second');
    await server.until(2);
    expect(await pending(first)).toEqual(['of the first']);
    expect(await pending(second)).toEqual(['of the second']);
    expect(new Set(server.heard.map(({ client }) => client)).size).toBe(1);
  });

  it('takes over from a tab that dies while another lives', async () => {
    server.answers = false;
    const second = await anotherTab();
    await second.clock.install();
    await open(second);
    await open(first);
    await publish(first, 'a');
    await server.until(1);
    await first.close();
    server.answers = true;
    await second.clock.fastForward(30_000);
    await delivered(second, 1);
    expect(server.texts).toEqual(['a', 'a']);
  });

  it('gives what a closed client left to the next one at once', async () => {
    server.answers = false;
    await open(first);
    await publish(first, 'a');
    await server.until(1);
    await first.evaluate('belfry.close()');
    server.answers = true;
    await open(first);
    await delivered(first, 1);
    expect(server.texts).toEqual(['a', 'a']);
  });

  it('keeps the outboxes of different accounts apart', async () => {
    server.answers = false;
    await open(first, { name: 'ann' });
    await publish(first, 'by Ann');
    await server.until(1);
    await kill(first);
    const second = await anotherTab();
    await open(second, { name: 'ben' });
    await publish(second, 'by Ben');
    await server.until(2);
    expect(server.texts).toEqual(['by Ann', 'by Ben']);
    expect(server.heard[0]?.client).not.toBe(server.heard[1]?.client);
  });

  it('works by leases where there are no locks, as in pages over plain HTTP', async () => {
    const context = first.context();
    await context.addInitScript("Object.defineProperty(navigator, 'locks', { value: undefined })");
    await first.reload();
    server.answers = false;
    await open(first);
    await publish(first, 'a');
    await server.until(1);
    server.answers = true;

    const second = await anotherTab();
    await second.clock.install();
    await open(second);
    await publish(second, 'b');
    await server.until(2);
    await first.close();
    await second.clock.fastForward(30_000);
    await publish(second, 'c');
    await server.until(3);
    await second.clock.fastForward(200_000);
    await delivered(second, 1);
    expect(server.texts).toEqual(['a', 'b', 'c', 'a']);
  });
});

async function bundle(entry: string, global: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [BUNDLE, entry, global]);
  return (JSON.parse(stdout) as { code: string }).code;
}

/** Opens a client with an outbox in the page, as the global `belfry`. */
async function open(page: Page, options: { name?: string } = {}): Promise<void> {
  await page.evaluate(`{
    window.delivered = 0;
    window.belfry = new sdk.Belfry('ws://127.0.0.1:4/ws', { outbox: outbox.indexedDbOutbox(${JSON.stringify(options)}) });
    belfry.on('delivered', () => { delivered += 1; });
    belfry.connect();
  }`);
}

async function publish(page: Page, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await page.evaluate(
      `void belfry.channel('news').publish({ text: ${JSON.stringify(text)} }).catch(() => undefined)`,
    );
  }
}

async function delivered(page: Page, count: number): Promise<void> {
  await page.waitForFunction(`delivered === ${count} && belfry.pending.length === 0`);
}

function pending(page: Page): Promise<string[]> {
  return page.evaluate('belfry.pending.map(({ text }) => text)');
}

/** How many entries the database has once everything is settled. */
async function entries(page: Page): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    indexedDB.open('belfry ws://127.0.0.1:4/ws').onsuccess = ({ target }) => {
      const count = target.result.transaction('entries').objectStore('entries').count();
      count.onsuccess = () => resolve(count.result);
    };
  })`);
}

/** The tab is gone from one moment to the next, without a word to its page. */
async function kill(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  // Never answered: whoever would answer is dead.
  void session.send('Page.crash').catch(() => undefined);
  await crashed;
}
