/** What CHANNELS_FILE says of a channel: lag, presence, history. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';
import { runServer } from '../support/server-process.ts';

let directory: string;
let channelsFile: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-rules-'));
  channelsFile = join(directory, 'channels.json');
  await writeFile(
    channelsFile,
    JSON.stringify({
      'ticker-*': { lag: 'latest' },
      'strict.*': { lag: 'disconnect' },
      'room-*': { presence: true },
      'short-*': { historySize: 5, historyTtl: '1h' },
    }),
  );
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function flood(url: string, channel: string): Promise<void> {
  const author = await Client.welcomed(url);
  const text = 'x'.repeat(4000);
  for (let i = 0; i < 3000; i += 1) author.send({ event: 'message', data: { channel, text } });
  await author.ask('ping');
}

describe('lag', () => {
  it('latest: a slow client is told the gap and goes on with the newest message', async () => {
    const { wsUrl } = await startBelfry({ channelsFile, highWater: 16 * 1024 });
    const reader = await Client.joined(`${wsUrl}/ws`, 'ticker-1');
    reader.socket.pause();
    await flood(`${wsUrl}/ws`, 'ticker-1');
    reader.socket.resume();
    // What came, as pieces of the channel: a gap or one message.
    const pieces: Array<[from: number, to: number]> = [];
    while ((pieces.at(-1)?.[1] ?? 0) < 3000) {
      const { event, data } = await reader.json();
      const ends = event === 'gap' ? [data?.['from'], data?.['to']] : [data?.['offset'], data?.['offset']];
      pieces.push([Number(ends[0]), Number(ends[1])]);
    }
    const starts = pieces.map(([from]) => from);
    const ends = pieces.map(([, to]) => to + 1);
    expect(starts).toEqual([1, ...ends.slice(0, -1)]);
    const skipped = pieces.reduce((sum, [from, to]) => sum + to - from, 0);
    expect(skipped).toBeGreaterThan(500);
  });

  it('disconnect: a slow client is closed with 4001', async () => {
    const { wsUrl } = await startBelfry({ channelsFile, highWater: 16 * 1024, drainSeconds: 10 });
    const reader = await Client.joined(`${wsUrl}/ws`, 'strict.1');
    reader.socket.pause();
    await flood(`${wsUrl}/ws`, 'strict.1');
    reader.socket.resume();
    expect((await reader.closed).code).toBe(4001);
  });
});

describe('presence', () => {
  it('tells who is there, and who comes and goes', async () => {
    const { wsUrl } = await startBelfry({ channelsFile });
    const ann = await Client.joined(`${wsUrl}/ws?name=Ann`, 'room-1');
    await ann.event('presence');
    const ben = await Client.joined(`${wsUrl}/ws?name=Ben&client=0123456789abcdef`, 'room-1');
    expect((await ann.event('presence')).data).toMatchObject({ channel: 'room-1', joined: { name: 'Ben' } });
    await Client.joined(`${wsUrl}/ws?name=Ben&client=0123456789abcdef`, 'room-1');
    const { data } = await ann.ask('presence', { channel: 'room-1' });
    expect(data).toMatchObject({
      channel: 'room-1',
      users: [
        { name: 'Ann', connections: 1 },
        { name: 'Ben', connections: 2 },
      ],
    });
    await ben.ask('leave', { channel: 'room-1' });
    expect((await ann.ask('presence', { channel: 'room-1' })).data?.['users']).toMatchObject([{}, { connections: 1 }]);
  });

  it('is not kept for a channel whose rule does not ask for it', async () => {
    const { wsUrl } = await startBelfry({ channelsFile });
    const client = await Client.joined(`${wsUrl}/ws`, 'news');
    expect((await client.ask('presence', { channel: 'news' })).data).toMatchObject({ code: 'forbidden' });
    expect(client.waiting).toEqual([]);
  });
});

describe('a wrong CHANNELS_FILE', () => {
  it('stops the start and names every pattern and property that is wrong', async () => {
    await writeFile(
      channelsFile,
      '{"a-*":{"lag":"never","presence":"perhaps"},"b":{"lagg":"latest"},"c":7,"d":{"historySize":0}}',
    );
    const { output, ended } = runServer({ CHANNELS_FILE: channelsFile });
    expect((await ended).code).toBe(1);
    expect(output()).toMatch(/"a-\*" says lag: "never"\. Write catch-up, latest or disconnect\./);
    expect(output()).toMatch(/"a-\*" says presence: "perhaps"\. Write true or false\./);
    expect(output()).toMatch(/"b" says lagg: "latest"\./);
    expect(output()).toMatch(/"c" says c: 7\./);
    expect(output()).toMatch(/"d" says historySize: 0\. Write a whole number of messages between 1 and 10000000\./);
  });

  it.each(['{', '[]'])('that holds %s does too', async (content) => {
    await writeFile(channelsFile, content);
    const { output, ended } = runServer({ CHANNELS_FILE: channelsFile });
    expect((await ended).code).toBe(1);
    expect(output()).toMatch(/CHANNELS_FILE .*channels\.json/);
  });
});
