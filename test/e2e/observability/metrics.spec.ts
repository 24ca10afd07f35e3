/** What Prometheus is told: each number moves by exactly what has happened. */
import { once } from 'node:events';
import request from 'supertest';
import { CHANNEL_LOG } from '../../../src/engine/channel-log.ts';
import type { ChannelLog } from '../../../src/engine/channel-log.ts';
import { EngineUnavailable } from '../../../src/engine/engine-unavailable.ts';
import { Drain } from '../../../src/gateway/drain.ts';
import { Connections } from '../../../src/gateway/connections.ts';
import { Client } from '../../support/client.ts';
import { parseExposition } from '../../support/exposition.ts';
import { startBelfry } from '../../support/in-process.ts';
import type { TestServer } from '../../support/in-process.ts';

/** One number, by its name and labels; 0 when nothing was told of it. */
type Read = (sample: string) => number;

async function scrape({ url }: TestServer): Promise<Read> {
  const { text } = await request(url).get('/metrics').expect(200);
  const families = parseExposition(text);
  const samples = new Map([...families.values()].flatMap((family) => [...family.samples]));
  return (sample) => samples.get(sample) ?? 0;
}

/** The server has noticed that a client went. */
async function gone({ app }: TestServer, left: number): Promise<void> {
  const connections = app.get(Connections);
  while (connections.size > left) await new Promise(setImmediate);
}

describe('/metrics', () => {
  it('is text that Prometheus can read, of this moment', async () => {
    const { headers, text } = await request((await startBelfry()).url)
      .get('/metrics')
      .expect(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    const families = parseExposition(text);
    expect([...families.keys()]).toEqual(
      expect.arrayContaining(['belfry_connections', 'nodejs_eventloop_lag_p99_seconds', 'process_cpu_seconds_total']),
    );
    expect([...(families.get('belfry_build_info')?.samples ?? [])]).toEqual([
      [expect.stringMatching(/^belfry_build_info\{version="\d+\.\d+\.\d+",node="v\d+\.\d+\.\d+"\}$/), 1],
    ]);
  });

  it('is not there with METRICS=off', async () => {
    const { url } = await startBelfry({ metrics: 'off' });
    expect((await request(url).get('/metrics')).status).toBe(404);
  });

  it('counts connections by gateway, and those that closed by code', async () => {
    const server = await startBelfry();
    const [leaves, , says] = [
      await Client.welcomed(`${server.wsUrl}/ws`),
      await Client.welcomed(`${server.wsUrl}/ws`),
      await Client.open(server.wsUrl),
    ];
    const open = await scrape(server);
    expect(open('belfry_connections{gateway="/ws"}')).toBe(2);
    expect(open('belfry_connections{gateway="/"}')).toBe(1);
    leaves.socket.close(4321, 'a code of its own');
    says.socket.close(1000);
    await gone(server, 1);
    const after = await scrape(server);
    expect(after('belfry_connections{gateway="/ws"}')).toBe(1);
    expect(after('belfry_connections{gateway="/"}')).toBe(0);
    expect(after('belfry_connections_opened_total{gateway="/ws"}')).toBe(2);
    expect(after('belfry_connections_closed_total{gateway="/ws",code="other"}')).toBe(1);
    expect(after('belfry_connections_closed_total{gateway="/",code="1000"}')).toBe(1);
  });

  it('says why the server closed a connection, whatever its client answered', async () => {
    const server = await startBelfry({ heartbeatInterval: 20, heartbeatTimeout: 20, maxPayload: 1024 });
    const closed = async (code: number): Promise<number> =>
      (await scrape(server))(`belfry_connections_closed_total{gateway="/ws",code="${code}"}`);

    const silent = await Client.open(`${server.wsUrl}/ws`, [], { autoPong: false });
    await gone(server, 0);
    expect(await closed(4000)).toBe(1);
    silent.socket.terminate();

    const large = await Client.open(`${server.wsUrl}/ws`);
    large.send('x'.repeat(2000));
    await large.closed;
    await gone(server, 0);
    expect(await closed(1009)).toBe(1);

    const cut = await Client.open(`${server.wsUrl}/ws`);
    cut.socket.terminate();
    await gone(server, 0);
    expect(await closed(1006)).toBe(1);
  });

  it('counts messages in, appended ones, duplicates and deliveries', async () => {
    const server = await startBelfry();
    const author = await Client.joined(`${server.wsUrl}/ws`, 'news');
    const others = await Promise.all([1, 2].map(async () => Client.joined(`${server.wsUrl}/ws`, 'news')));
    for (const text of ['one', 'two']) await author.ask('message', { channel: 'news', text, key: text });
    await author.ask('message', { channel: 'news', text: 'two', key: 'two' });
    for (const other of others)
      expect((await other.jsons(2)).map(({ data }) => data?.['text'])).toEqual(['one', 'two']);

    const read = await scrape(server);
    expect(read('belfry_frames_received_total{gateway="/ws"}')).toBe(3 + 3);
    expect(read('belfry_messages_appended_total')).toBe(2);
    expect(read('belfry_messages_duplicate_total')).toBe(1);
    expect(read('belfry_deliveries_total')).toBe(2 * 3);
    expect(read('belfry_append_seconds_count')).toBe(3);
    expect(read('belfry_append_seconds_bucket{le="+Inf"}')).toBe(3);
    expect(read('belfry_append_seconds_sum')).toBeGreaterThan(0);
    expect(read('belfry_delivery_seconds_count')).toBe(2);
    expect(read('belfry_channels')).toBe(1);
    expect(read('belfry_subscriptions')).toBe(3);
    expect(read('belfry_subscriptions_lagging')).toBe(0);

    await Promise.all([author, ...others].map(async (client) => client.close()));
    await gone(server, 0);
    const after = await scrape(server);
    expect(after('belfry_frames_received_total{gateway="/ws"}')).toBe(3 + 3);
    expect(after('belfry_channels')).toBe(0);
    expect(after('belfry_subscriptions')).toBe(0);
  });

  it('counts what is caught up from the log as deliveries too', async () => {
    const server = await startBelfry();
    const author = await Client.welcomed(`${server.wsUrl}/ws`);
    for (const text of ['one', 'two', 'three']) await author.ask('message', { channel: 'news', text });
    const late = await Client.welcomed(`${server.wsUrl}/ws`);
    await late.ask('join', { channel: 'news', last: 2 });
    await late.jsons(2);
    const read = await scrape(server);
    expect(read('belfry_deliveries_total')).toBe(2);
    expect(read('belfry_delivery_seconds_count')).toBe(0);
  });

  it('counts the bytes of each direction, of open connections and of those that have gone', async () => {
    const server = await startBelfry();
    const clients = await Promise.all(['/ws', '/ws'].map(async (path) => Client.welcomed(server.wsUrl + path)));
    await Promise.all(clients.map(async (client) => client.ask('ping')));
    await clients[0]?.close();
    await gone(server, 1);
    const read = await scrape(server);
    const lines = clients.map(({ socket }) => Reflect.get(socket, '_socket') ?? undefined) as (
      { readonly bytesRead: number; readonly bytesWritten: number } | undefined
    )[];
    const open = lines[1] ?? { bytesRead: 0, bytesWritten: 0 };
    // The other one said as much, and goodbye.
    expect(read('belfry_bytes_received_total{gateway="/ws"}')).toBeGreaterThan(2 * open.bytesWritten - 100);
    expect(read('belfry_bytes_received_total{gateway="/ws"}')).toBeLessThan(2 * open.bytesWritten + 100);
    expect(read('belfry_bytes_sent_total{gateway="/ws"}')).toBeGreaterThan(2 * open.bytesRead - 100);
    expect(read('belfry_bytes_sent_total{gateway="/ws"}')).toBeLessThan(2 * open.bytesRead + 100);
  });

  it('tells of subscribers that lag, and no longer when they have caught up', async () => {
    const server = await startBelfry({ highWater: 16 * 1024 });
    const slow = await Client.joined(`${server.wsUrl}/ws`, 'news');
    const author = await Client.welcomed(`${server.wsUrl}/ws`);
    const data = { filler: 'x'.repeat(60_000) };
    slow.socket.pause();
    let sent = 0;
    let read = await scrape(server);
    // What the operating system buffers has to be full first.
    while (read('belfry_subscriptions_lagging') === 0) {
      for (let i = 0; i < 20; i += 1) await author.ask('message', { channel: 'news', data });
      sent += 20;
      read = await scrape(server);
    }
    expect(read('belfry_subscriptions_lagging')).toBe(1);
    slow.socket.resume();
    for (let i = 0; i < sent; i += 1) await slow.event('message');
    while ((await scrape(server))('belfry_subscriptions_lagging') > 0);
    expect((await scrape(server))('belfry_deliveries_total')).toBe(sent);
  });

  it('counts refusals by their reason: of upgrades, and of requests', async () => {
    const server = await startBelfry({ maxConnections: 1 });
    const client = await Client.welcomed(`${server.wsUrl}/ws`);
    await expect(Client.open(`${server.wsUrl}/ws`)).rejects.toThrow('503');
    await client.ask('mesage');
    await client.ask('join', { channel: 'no such name' });
    await client.ask('join', { channel: '' });
    await client.close();
    await gone(server, 0);
    await expect(Client.open(`${server.wsUrl}/nowhere`)).rejects.toThrow('404');
    const read = await scrape(server);
    expect(read('belfry_refusals_total{reason="full"}')).toBe(1);
    expect(read('belfry_refusals_total{reason="not_found"}')).toBe(1);
    expect(read('belfry_refusals_total{reason="unknown_event"}')).toBe(1);
    expect(read('belfry_refusals_total{reason="invalid"}')).toBe(2);
  });

  it('tells when the engine is down, and counts what it could not take', async () => {
    const server = await startBelfry();
    expect((await scrape(server))('belfry_engine_up')).toBe(1);
    const log = server.app.get<ChannelLog>(CHANNEL_LOG);
    log.health = () => Promise.resolve({ status: 'down', reason: 'a test' });
    log.append = () => Promise.reject(new EngineUnavailable('a test'));
    const client = await Client.welcomed(`${server.wsUrl}/ws`);
    await client.ask('message', { channel: 'news', text: 'lost' });
    const read = await scrape(server);
    expect(read('belfry_engine_up')).toBe(0);
    expect(read('belfry_messages_failed_total')).toBe(1);
    expect(read('belfry_refusals_total{reason="unavailable"}')).toBe(1);
    expect(read('belfry_messages_appended_total')).toBe(0);
  });

  it('tells that the server leaves, while it does', async () => {
    const server = await startBelfry();
    const client = await Client.open(`${server.wsUrl}/ws`);
    client.socket.pause();
    const left = server.app.get(Drain).beforeApplicationShutdown();
    expect((await scrape(server))('belfry_draining')).toBe(1);
    client.socket.resume();
    await left;
  });

  it('keeps the numbers of two servers in one process apart, and names no channel and no user', async () => {
    const [one, other] = [await startBelfry(), await startBelfry()];
    const client = await Client.joined(`${one.wsUrl}/ws?name=Quasimodo`, 'notre-dame');
    expect((await scrape(one))('belfry_connections{gateway="/ws"}')).toBe(1);
    expect((await scrape(other))('belfry_connections{gateway="/ws"}')).toBe(0);
    expect((await request(one.url).get('/metrics')).text).not.toMatch(/Quasimodo|notre-dame/);
    client.socket.close();
    await once(client.socket, 'close');
  });
});
