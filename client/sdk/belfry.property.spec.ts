/**
 * The promise of the library, against a model of the server and a line that loses what it likes, and that lets WebSockets
 * through or does not, so that it goes over HTTP and back: whatever happens in
 * between, the app is told a contiguous piece of the log, and every publication is in the log once, where it was said to be.
 */
import * as fc from 'fast-check';
import { Belfry } from './belfry.ts';
import { Detour } from './fallback/detour.ts';
import { fakeSockets, FakeSocket } from './testing/fake-socket.ts';
import { settled } from './testing/memory-outbox.ts';
import { ModelServer } from './testing/model-server.ts';
import type { GapData, JoinAck, MessageData, Position, PublishAck } from '../../src/protocol/events.ts';
import type { Reset } from './subscription/channel-events.ts';

const { jest } = import.meta;

type Step =
  | { readonly kind: 'publish' | 'others' | 'handle' | 'deliver' | 'twice' | 'trim' | 'wait'; readonly count: number }
  | { readonly kind: 'block' | 'unblock' }
  | { readonly kind: 'cut'; readonly count: number; readonly losesLog: boolean };

type Told =
  | { readonly joined: JoinAck }
  | { readonly message: MessageData }
  | { readonly gap: GapData }
  | { readonly reset: Reset };

const few = fc.integer({ min: 1, max: 5 });
const many = fc.integer({ min: 1, max: 60 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('publish' as const, 'others' as const), count: few }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('publish' as const), count: many }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('handle' as const, 'deliver' as const), count: many }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('twice' as const), count: few }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim' as const), count: few }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), count: fc.integer({ min: 1, max: 90_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('block' as const, 'unblock' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cut' as const),
      count: few,
      losesLog: fc.boolean(),
    }),
  },
);

/** A client in the channel `news` of a model server, and everything that it was told. */
class Run {
  readonly server = new ModelServer();
  readonly sockets = fakeSockets((socket) => {
    if (this.isBlocked) setTimeout(() => socket.end());
    else this.server.connect(socket);
  });
  readonly client = new Belfry('ws://model/ws', {
    WebSocket: this.sockets.WebSocket,
    fallback: (websocket) => new Detour(websocket, () => Promise.resolve(({ url }) => this.#overHttp(url))),
  });
  /** The network lets no WebSocket through. */
  isBlocked = false;
  /** The ways that it was connected by. */
  readonly ways: string[] = [];
  readonly told: Told[] = [];
  readonly acks = new Map<string, PublishAck[]>();
  #published = 0;

  constructor() {
    this.client.on('state', (state) => state.kind === 'connected' && this.ways.push(state.via));
    const news = this.client.channel('news');
    news.on('joined', (joined) => this.told.push({ joined }));
    news.on('message', (message) => this.told.push({ message }));
    news.on('gap', (gap) => this.told.push({ gap }));
    news.on('reset', (reset) => this.told.push({ reset }));
  }

  publish(): void {
    const key = `k${++this.#published}`;
    this.acks.set(key, []);
    const kept = this.client.channel('news').publish({ text: key }, { key });
    void kept.then((ack) => this.acks.get(key)?.push(ack));
  }

  take(taken: Step): void {
    const { server } = this;
    const { link } = server;
    if (taken.kind === 'block') this.isBlocked = true;
    if (taken.kind === 'unblock') this.isBlocked = false;
    if (taken.kind === 'publish') for (let n = 0; n < taken.count; n += 1) this.publish();
    for (let n = 0; taken.kind === 'others' && n < taken.count; n += 1) {
      server.append('others', { channel: 'news', text: 'theirs', key: `${Math.random()}` });
    }
    if (taken.kind === 'handle') link?.handle(taken.count);
    if (taken.kind === 'deliver') link?.deliver(taken.count);
    if (taken.kind === 'twice') link?.deliver(taken.count, { twice: true });
    if (taken.kind === 'trim') server.trim(taken.count);
    if (taken.kind === 'wait') jest.advanceTimersByTime(taken.count);
    if (taken.kind === 'cut') {
      link?.cut(taken.count);
      if (taken.losesLog) server.loseLog();
    }
  }

  /** From here on the line holds, until nothing is on its way. */
  async settle(): Promise<void> {
    this.server.link?.cut(0);
    for (let waited = 0; waited < 120_000 && !this.server.link; waited += 100) {
      jest.advanceTimersByTime(100);
      await settled();
    }
    for (let { link } = this.server; link?.isBusy; { link } = this.server) {
      link.handle(10);
      link.deliver(10);
      await Promise.resolve();
    }
    await Promise.resolve();
  }

  #overHttp(url: URL): FakeSocket {
    const socket = Object.assign(new FakeSocket(url.href, ''), { via: 'http' as const });
    this.server.connect(socket);
    return socket;
  }
}

/** Where the app stands after what it was told, if each thing follows from the one before; else what does not. */
function follow(at: Position | undefined, told: Told, server: ModelServer): Position | { readonly wrong: Told } {
  if ('joined' in told) return at ?? { epoch: told.joined.epoch, offset: told.joined.offset };
  if (!at) return { wrong: told };
  const { epoch, offset } = at;
  const life = server.lives.find((each) => each.epoch === epoch);
  if ('reset' in told) {
    const { from, to } = told.reset;
    return from.epoch === epoch && from.offset === offset && to.epoch !== epoch ? to : { wrong: told };
  }
  if ('gap' in told) {
    // Nothing may be called a gap that the server still has.
    const isRight = told.gap.from === offset + 1 && told.gap.to < (life?.first ?? 0);
    return isRight ? { epoch, offset: told.gap.to } : { wrong: told };
  }
  const isNext = JSON.stringify(told.message) === JSON.stringify(life?.messages[offset]);
  return isNext ? { epoch, offset: offset + 1 } : { wrong: told };
}

function checkView({ told, server }: Run): void {
  let at: Position | undefined;
  for (const each of told) {
    const next = follow(at, each, server);
    if ('wrong' in next) throw new Error(`At ${JSON.stringify(at)} came ${JSON.stringify(next.wrong)}.`);
    at = next;
  }
  const { epoch, messages } = server.life;
  expect(at).toEqual({ epoch, offset: messages.length });
}

function checkPublications({ acks, server, client }: Run): void {
  expect(client.pending).toEqual([]);
  for (const [key, answers] of acks) {
    expect(answers).toHaveLength(1);
    const { epoch, offset } = answers[0] ?? { epoch: '', offset: 0 };
    const life = server.lives.find((each) => each.epoch === epoch);
    expect(life?.messages[offset - 1]?.key).toBe(key);
  }
  for (const { messages } of server.lives) {
    const own = messages
      .filter(({ key }) => key !== undefined && acks.has(key))
      .map(({ key }) => Number(key?.slice(1)));
    // In the order in which they were published, and none twice.
    expect(own).toEqual([...new Set(own)].toSorted((a, b) => a - b));
  }
}

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

it('tells a contiguous piece of the log and publishes everything once, whatever the line does', async () => {
  const ways = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const run = new Run();
      await Promise.resolve();
      for (const each of steps) {
        run.take(each);
        await settled();
      }
      await run.settle();
      checkView(run);
      checkPublications(run);
      expect(Math.max(...run.server.links.map(({ deepest }) => deepest))).toBeLessThanOrEqual(32);
      run.client.close();
      for (const way of run.ways) ways.add(way);
    }),
    { numRuns: 500 },
  );
  expect([...ways].toSorted((a, b) => a.localeCompare(b))).toEqual(['http', 'websocket']);
});
