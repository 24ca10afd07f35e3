/**
 * The promise of the library, against a model of the server and a line that loses what it likes: whatever happens in
 * between, the app is told a contiguous piece of the log, and every publication is in the log once, where it was said to be.
 */
import * as fc from 'fast-check';
import { Belfry } from './belfry.ts';
import { fakeSockets } from './testing/fake-socket.ts';
import { ModelServer } from './testing/model-server.ts';
import type { GapData, JoinAck, MessageData, Position, PublishAck } from '../../src/protocol/events.ts';
import type { Reset } from './subscription/channel-events.ts';

const { jest } = import.meta;

type Step =
  | { readonly kind: 'publish' | 'others' | 'handle' | 'deliver' | 'twice' | 'trim' | 'wait'; readonly count: number }
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
    arbitrary: fc.record({ kind: fc.constant('wait' as const), count: fc.integer({ min: 1, max: 30_000 }) }),
  },
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
  readonly sockets = fakeSockets((socket) => this.server.connect(socket));
  readonly client = new Belfry('ws://model/ws', { WebSocket: this.sockets.WebSocket });
  readonly told: Told[] = [];
  readonly acks = new Map<string, PublishAck[]>();
  #published = 0;

  constructor() {
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
    for (let n = 0; n < taken.count && (taken.kind === 'publish' || taken.kind === 'others'); n += 1) {
      if (taken.kind === 'publish') this.publish();
      else server.append('others', { channel: 'news', text: 'theirs', key: `${Math.random()}` });
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
    for (let waited = 0; waited < 20_000 && !this.server.link; waited += 100) jest.advanceTimersByTime(100);
    for (let { link } = this.server; link?.isBusy; { link } = this.server) {
      link.handle(10);
      link.deliver(10);
      await Promise.resolve();
    }
    await Promise.resolve();
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
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const run = new Run();
      await Promise.resolve();
      for (const each of steps) {
        run.take(each);
        await Promise.resolve();
      }
      await run.settle();
      checkView(run);
      checkPublications(run);
      expect(Math.max(...run.server.links.map(({ deepest }) => deepest))).toBeLessThanOrEqual(32);
      run.client.close();
    }),
    { numRuns: 500 },
  );
});
