/** The client library over a line that breaks: nothing is lost, nothing doubled, and what cannot be told is told of. */
import { writeFile } from 'node:fs/promises';
import { connect as dial, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { Belfry } from '../../client/sdk/index.ts';
import type { BelfryOptions, MessageData, PublishAck } from '../../client/sdk/index.ts';
import { startBelfry } from '../support/in-process.ts';

const { jest } = import.meta;

/** The one address of a server that moves: a TCP proxy whose every connection can be cut. */
class Door {
  target = 0;
  readonly #lines = new Set<Socket>();
  readonly #server: Server = createServer((near) => {
    const far = dial(this.target, '127.0.0.1');
    for (const socket of [near, far]) {
      this.#lines.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#end(near, far));
    }
    near.pipe(far);
    far.pipe(near);
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ws`;
  }

  /** Every connection breaks, in the middle of whatever it was carrying. */
  cut(): void {
    for (const socket of this.#lines) socket.resetAndDestroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #end(...sockets: Socket[]): void {
    for (const socket of sockets) {
      socket.destroy();
      this.#lines.delete(socket);
    }
  }
}

const clients: Belfry[] = [];
let door: Door;
let scissors: ReturnType<typeof setInterval> | undefined;
let url: string;

beforeEach(async () => {
  door = new Door();
  url = await door.open();
});

afterEach(() => {
  clearInterval(scissors);
  for (const each of clients.splice(0)) each.close();
  door.close();
  jest.restoreAllMocks();
});

function client(options: BelfryOptions = {}): Belfry {
  const made = new Belfry(url, { WebSocket, ...options });
  clients.push(made);
  return made;
}

function next<T>(listen: (listener: (event: T) => void) => () => void): Promise<T> {
  return new Promise((resolve) => {
    const end = listen((event) => {
      end();
      resolve(event);
    });
  });
}

/** Resolves with the first messages that somebody hears. */
async function hear(listener: Belfry, count: number): Promise<MessageData[]> {
  const heard: MessageData[] = [];
  for await (const message of listener.channel('news').messages()) if (heard.push(message) === count) break;
  return heard;
}

function publishAll(author: Belfry, count: number): Promise<PublishAck[]> {
  const texts = Array.from({ length: count }, (_each, n) => String(n));
  return Promise.all(texts.map(async (text) => author.channel('news').publish({ text })));
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_each, n) => n + 1);

describe('over a line that is cut again and again', () => {
  it('every message is kept once and heard once, in the order in which it was published', async () => {
    door.target = (await startBelfry()).port;
    const [author, listener] = [client(), client()];
    const heard = hear(listener, 900);
    await listener.channel('news').join();
    const gap = jest.fn();
    listener.channel('news').on('gap', gap);
    // Comes back at once: this is about the cuts and not about the waits.
    jest.spyOn(Math, 'random').mockReturnValue(0);
    scissors = setInterval(() => door.cut(), 70);
    const acks = await publishAll(author, 400);
    acks.push(...(await publishAll(author, 400)));
    clearInterval(scissors);
    acks.push(...(await publishAll(author, 100)));
    expect((await heard).map(({ offset }) => offset)).toEqual(numbers(900));
    expect((await heard).map(({ text }) => text)).toEqual(
      [400, 400, 100].flatMap((count) => numbers(count).map((n) => String(n - 1))),
    );
    expect(acks.map(({ offset }) => offset)).toEqual(numbers(900));
    expect(gap).not.toHaveBeenCalled();
  });
});

describe('over a restart of the server', () => {
  it('goes on where it was, as the same user, and gets the rest of its publications through', async () => {
    const before = await startBelfry();
    door.target = before.port;
    const [author, listener] = [client(), client()];
    const heard = hear(listener, 1_000);
    const reset = jest.fn();
    listener.channel('news').on('reset', reset);
    await listener.channel('news').join();
    const acks = publishAll(author, 1_000);
    await next((heardOne) => author.on('welcome', heardOne));
    const { user } = author;
    await before.app.close();
    door.target = (await startBelfry({ dataDir: before.dataDir })).port;
    expect((await acks).map(({ offset }) => offset)).toEqual(numbers(1_000));
    expect((await heard).map(({ offset }) => offset)).toEqual(numbers(1_000));
    expect(new Set((await acks).map(({ epoch }) => epoch)).size).toBe(1);
    expect(author.user).toEqual(user);
    expect(reset).not.toHaveBeenCalled();
  });

  it('says that the numbering began anew when the data is lost, and hears what comes then', async () => {
    const before = await startBelfry();
    door.target = before.port;
    const [author, listener] = [client(), client()];
    const news = listener.channel('news');
    await news.join();
    const heard = next((told: (event: MessageData) => void) => news.on('message', told));
    const { epoch } = await author.channel('news').publish({ text: 'before' });
    const reset = next((told: (event: unknown) => void) => news.on('reset', told));
    await heard;
    await before.app.close();
    door.target = (await startBelfry()).port;
    expect(await reset).toMatchObject({ from: { epoch, offset: 1 }, to: { offset: 0 }, first: 1 });
    const after = next((told: (event: MessageData) => void) => news.on('message', told));
    await author.channel('news').publish({ text: 'after' });
    expect(await after).toMatchObject({ offset: 1, text: 'after' });
    expect(news.position).toMatchObject({ offset: 1 });
  });
});

describe('the past', () => {
  it('is told from a stored position on, with a gap for what is no longer kept', async () => {
    door.target = (await startBelfry({ historySize: 10 })).port;
    const author = client();
    const [first] = await publishAll(author, 200);
    const epoch = first?.epoch ?? '';
    let oldest = 1;
    // Trimming runs in the background, in small steps.
    while (oldest < 10) ({ first: oldest } = await author.channel('news').history());
    const news = client().channel('news');
    const told: Array<readonly [number, number]> = [];
    news.on('gap', ({ from, to }) => told.push([from, to]));
    const complete = new Promise<void>((resolve) => {
      news.on('message', ({ offset }) => told.push([offset, offset]) && offset === 200 && resolve());
    });
    expect(await news.join({ since: { epoch, offset: 5 } })).toMatchObject({ recovered: false, epoch, offset: 5 });
    await complete;
    expect(told[0]?.[0]).toBe(6);
    expect(told[0]?.[1]).toBeGreaterThanOrEqual(oldest - 1);
    expect(told.slice(1).map(([offset]) => offset)).toEqual(numbers(200).slice(told[0]?.[1]));
  });

  it('is asked for with history, and with the newest messages at a join', async () => {
    door.target = (await startBelfry()).port;
    await publishAll(client(), 20);
    const news = client().channel('news');
    const offsets = async (range: object): Promise<number[]> => {
      return (await news.history(range)).messages.map(({ offset }) => offset);
    };
    expect(await offsets({ before: 5, limit: 2 })).toEqual([3, 4]);
    expect(await offsets({ after: 5, limit: 2 })).toEqual([6, 7]);
    const heard: number[] = [];
    const complete = new Promise<void>((resolve) => {
      news.on('message', ({ offset }) => heard.push(offset) === 3 && resolve());
    });
    expect(await news.join({ last: 3 })).toMatchObject({ offset: 17 });
    await complete;
    expect(heard).toEqual([18, 19, 20]);
  });
});

describe('presence', () => {
  it('is told and can be asked for, by user', async () => {
    const { dataDir } = await startBelfry();
    const channelsFile = join(dataDir, 'channels.json');
    await writeFile(channelsFile, JSON.stringify({ news: { presence: true } }));
    door.target = (await startBelfry({ channelsFile })).port;
    const news = client({ name: 'Ann' }).channel('news');
    const came = next((told: (event: unknown) => void) => news.on('presence', told));
    await news.join();
    const ben = client({ name: 'Ben' });
    await ben.channel('news').join();
    expect(await came).toMatchObject({ channel: 'news', joined: { name: expect.stringMatching(/Ann|Ben/) } });
    const { users } = await news.presence();
    expect(users.map(({ name }) => name).toSorted((a = '', b = '') => a.localeCompare(b))).toEqual(['Ann', 'Ben']);
    await expect(client().channel('elsewhere').presence()).rejects.toMatchObject({ code: 'forbidden' });
  });
});
