/** BATCH_WINDOW: what becomes durable within it leaves together, and is lost to nobody. */
import { Client } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';
import { openInMemory } from '../support/memory-line.ts';

/** Long enough that it never ends within a test. */
const ENDLESS = 3_600_000;

/** Joins channels, and forgets what was written for that. */
async function hearerOf(server: Awaited<ReturnType<typeof startBelfry>>, ...channels: string[]) {
  const line = await openInMemory(server, '/ws');
  await line.client.event('welcome');
  for (const channel of channels) await line.client.ask('join', { channel });
  line.writes.length = 0;
  return line;
}

describe('with a BATCH_WINDOW', () => {
  it('what becomes durable within it leaves as one write, whatever its channels; acks come before', async () => {
    const server = await startBelfry({ batchWindow: 500 });
    const { client, writes } = await hearerOf(server, 'a', 'b');
    const author = await Client.welcomed(`${server.wsUrl}/ws`);
    for (const [i, channel] of ['a', 'b', 'a', 'a', 'b'].entries()) {
      expect(await author.ask('message', { channel, text: String(i) })).toMatchObject({ event: 'ack' });
    }
    expect(writes).toEqual([]);
    const heard = (await client.jsons(5)).map(({ data }) => data);
    expect(writes).toHaveLength(1);
    for (const channel of ['a', 'b']) {
      const texts = heard.filter((data) => data?.['channel'] === channel).map((data) => data?.['text']);
      expect(texts).toEqual(channel === 'a' ? ['0', '2', '3'] : ['1', '4']);
    }
  });

  it('each subscriber hears everything once and in order, over many windows', async () => {
    const server = await startBelfry({ batchWindow: 5 });
    const early = await hearerOf(server, 'a');
    const author = await Client.welcomed(`${server.wsUrl}/ws`);
    const offsets: unknown[] = [];
    const count = 60;
    for (let i = 0; i < count; i += 1) author.send({ event: 'message', data: { channel: 'a', text: 'x' } });
    const late = await Client.joined(`${server.wsUrl}/ws`, 'a');
    for (let i = 0; i < count; i += 1) await author.ask('message', { channel: 'a', text: 'y' });
    while (offsets.length < 2 * count) offsets.push((await early.client.event('message')).data?.['offset']);
    expect(offsets).toEqual(offsets.map((_each, i) => i + 1));
    expect(early.writes.length).toBeLessThan(count);

    const heardLate: number[] = [];
    while (heardLate.at(-1) !== 2 * count) heardLate.push((await late.event('message')).data?.['offset'] as number);
    expect(heardLate).toEqual(heardLate.map((_each, i) => 2 * count - heardLate.length + 1 + i));
  });

  it('a client that joins while messages are held hears none of them twice', async () => {
    const { wsUrl, app } = await startBelfry({ batchWindow: ENDLESS });
    const author = await Client.welcomed(`${wsUrl}/ws`);
    for (const text of ['1', '2', '3']) await author.ask('message', { channel: 'a', text });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    expect((await client.ask('join', { channel: 'a', last: 2 })).data).toMatchObject({ offset: 1 });
    expect((await client.jsons(2)).map(({ data }) => data?.['offset'])).toEqual([2, 3]);
    await author.ask('message', { channel: 'a', text: '4' });
    expect(client.waiting).toEqual([]);
    void app.close();
    expect((await client.json()).data).toMatchObject({ offset: 4 });
    expect((await client.json()).event).toBe('goodbye');
    expect((await client.closed).code).toBe(1012);
    expect(client.waiting).toEqual([]);
  });

  it.each(['/', '/ws'])(
    'a server that leaves gives out what it holds, before it sends its clients at %s away',
    async (path) => {
      const server = await startBelfry({ batchWindow: ENDLESS });
      const client = await Client.open(server.wsUrl + path);
      await client.frame();
      if (path === '/ws') await client.ask('join', { channel: 'announcements' });
      const author = await Client.welcomed(`${server.wsUrl}/ws`);
      await author.ask('message', { channel: 'announcements', text: 'the last word' });
      expect(client.waiting).toEqual([]);
      void server.app.close();
      expect((await client.frame()).text).toContain('the last word');
      expect((await client.closed).code).toBe(1012);
    },
  );
});

describe('without a BATCH_WINDOW', () => {
  it('a message has left before its author has the ack', async () => {
    const server = await startBelfry({ batchWindow: 0 });
    const { client, writes } = await hearerOf(server, 'a');
    for (let i = 1; i <= 3; i += 1) {
      client.send({ event: 'message', id: i, data: { channel: 'a', text: 'now' } });
      expect((await client.jsons(2)).map(({ event }) => event)).toEqual(['message', 'ack']);
      expect(writes.length).toBeGreaterThanOrEqual(i);
    }
  });
});
