/* oxlint-disable jest/no-standalone-expect -- the expectations stand in the steps of one test's history */
/**
 * Random histories of a channel log against a model of it: a list of messages for each channel, and a map of keys.
 * Whatever the order of appends, reads, trims and reopens, every page is a piece of that list.
 */
import { array, assert, asyncProperty, constantFrom, nat, oneof, option, record } from 'fast-check';
import type { ContractTerms, LogUnderTest, OpenLog } from './log-under-test.contract.ts';
import type { MessageData } from '../protocol/events.ts';
import type { Batch, ChannelLog } from './channel-log.ts';

const SIZE = 7;
const TTL = 1000;

const channels = constantFrom('a', 'b', 'a:b');

const append = record({
  channel: channels,
  from: constantFrom('u1', 'u2'),
  key: option(constantFrom('k1', 'k2', 'k3'), { nil: undefined }),
  text: constantFrom('', 'x', 'é🔔'.repeat(700)),
});

const step = oneof(
  record({ do: constantFrom('append' as const), appends: array(append, { minLength: 1, maxLength: 12 }) }),
  record({ do: constantFrom('read' as const), channel: channels, after: nat(40), limit: nat(9).map((n) => n + 1) }),
  record({ do: constantFrom('wait' as const), milliseconds: nat(600) }),
  record({ do: constantFrom('reopen' as const) }),
);

/** One channel, as it should be. */
interface Model {
  readonly messages: { readonly text: string; readonly at: number }[];
  /** The oldest message that was there when somebody looked; no older one may come back. */
  first: number;
}

/** Runs the model. */
export function describeChannelLogModel(name: string, open: OpenLog): void {
  test(`the channel log of ${name} is a list of messages, whatever happens to it`, async () => {
    const history = array(step, { minLength: 1, maxLength: 25 });
    await assert(
      asyncProperty(history, async (steps) => {
        let now = 1_000_000;
        const terms: ContractTerms = { retention: { size: SIZE, ttl: TTL }, idempotencyTtl: TTL, now: () => now };
        const opened = await open(terms);
        try {
          const run = await Run.begin(opened);
          for (const one of steps) {
            if (one.do === 'append') await run.append(one.appends, now);
            else if (one.do === 'read') await run.read(one, now);
            else if (one.do === 'reopen') await run.reopen();
            else now += one.milliseconds;
          }
          for (const channel of ['a', 'b', 'a:b']) await run.read({ channel, after: 0, limit: 500 }, now);
          run.checkNews();
        } finally {
          await opened.close();
        }
      }),
      { numRuns: 40 },
    );
  });
}

/** One history. */
class Run {
  private readonly models = new Map<string, Model>();
  private readonly keys = new Map<string, { readonly offset: number; readonly at: number }>();
  private readonly news: Batch[] = [];

  private constructor(
    private readonly opened: LogUnderTest,
    private log: ChannelLog,
  ) {}

  static async begin(opened: LogUnderTest): Promise<Run> {
    const run = new Run(opened, opened.log);
    await run.listen();
    return run;
  }

  async append(
    appends: readonly {
      readonly channel: string;
      readonly from: string;
      readonly key?: string | undefined;
      readonly text: string;
    }[],
    at: number,
  ): Promise<void> {
    const expected = appends.map(({ channel, from, key, text }) => {
      const known = key === undefined ? undefined : this.keys.get(`${channel} ${from} ${key}`);
      if (known && known.at >= at - TTL) return { offset: known.offset, at: known.at, duplicate: true };
      const offset = this.model(channel).messages.push({ text, at });
      if (key !== undefined) this.keys.set(`${channel} ${from} ${key}`, { offset, at });
      return { offset, at, duplicate: false };
    });
    const appended = appends.map(({ channel, from, key, text }) =>
      this.log.append(channel, key === undefined ? { from, text } : { from, text, key }),
    );
    expect(await Promise.all(appended)).toMatchObject(expected);
  }

  async read(
    { channel, after, limit }: { readonly channel: string; readonly after: number; readonly limit: number },
    now: number,
  ): Promise<void> {
    const model = this.model(channel);
    const page = await this.log.read({ channel, after, limit });
    expect(page.head).toBe(model.messages.length);
    const tooOld = model.messages.findIndex(({ at }) => at >= now - TTL) + 1 || page.head + 1;
    expect(page.first).toBeGreaterThanOrEqual(model.first);
    expect(page.first).toBeLessThanOrEqual(Math.max(1, page.head - SIZE + 1, tooOld));
    model.first = page.first;
    const start = Math.max(after + 1, page.first);
    const messages = page.entries.map(({ json }) => JSON.parse(json) as MessageData);
    expect(messages).toMatchObject(
      model.messages
        .slice(start - 1, start - 1 + limit)
        .map((message, index) => ({ ...message, channel, offset: start + index })),
    );
  }

  async reopen(): Promise<void> {
    const before = await this.log.reach('a');
    if (this.opened.reopen) this.log = await this.opened.reopen();
    expect((await this.log.reach('a')).epoch).toBe(before.epoch);
    await this.listen();
  }

  /** All that was appended was announced, once and in order. */
  checkNews(): void {
    for (const [channel, { messages }] of this.models) {
      const told = this.news.filter((batch) => batch.channel === channel).flatMap(({ entries }) => entries);
      expect(told.map(({ offset }) => offset)).toEqual(messages.map((_, index) => index + 1));
    }
  }

  private async listen(): Promise<void> {
    this.log.onAppended((batch) => this.news.push(batch));
    for (const channel of ['a', 'b', 'a:b']) await this.log.watch(channel);
  }

  private model(channel: string): Model {
    const model = this.models.get(channel) ?? { messages: [], first: 1 };
    this.models.set(channel, model);
    return model;
  }
}
