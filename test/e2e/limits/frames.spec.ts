/** How much one connection may send: FRAME_RATE, BYTE_RATE, and the pieces of a message. */
import { once } from 'node:events';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Client } from '../../support/client.ts';
import { startBelfry, startGateways } from '../../support/in-process.ts';
import { RawClient } from '../../support/raw-client.ts';
import { startServer } from '../../support/server-process.ts';

/** Sends so many pings of the application, and returns what each was answered. */
async function pings(client: Client, count: number, more = {}): Promise<string[]> {
  for (let id = 1; id <= count; id += 1) client.send({ event: 'ping', id, ...more });
  const answers = await client.jsons(count);
  expect(answers.map(({ id }) => id)).toEqual(answers.map((_answer, index) => index + 1));
  return answers.map(({ event, data }) => (event === 'error' ? String(data?.['code']) : String(event)));
}

const many = (count: number, what: string): string[] => Array.from({ length: count }, () => what);

describe('FRAME_RATE', () => {
  it('answers frames beyond a burst `too_many_requests`, under their ids and with when to come back', async () => {
    const { wsUrl } = await startBelfry({ frameRate: 1 });
    const [client, other] = [await Client.welcomed(`${wsUrl}/ws`), await Client.welcomed(`${wsUrl}/ws`)];
    expect(await pings(client, 12)).toEqual([...many(10, 'pong'), 'too_many_requests', 'too_many_requests']);
    const { data } = await client.ask('ping');
    expect(data).toMatchObject({ code: 'too_many_requests', temporary: true, retryAfter: expect.any(Number) });
    expect(data?.['retryAfter']).toBeGreaterThan(0);
    expect(data?.['retryAfter']).toBeLessThanOrEqual(4000);
    expect((await other.ask('ping')).event).toBe('pong');
  });

  it('does not handle what it refuses', async () => {
    const { wsUrl } = await startGateways({ gateways: [CountingGateway], settings: { frameRate: 1 } });
    CountingGateway.handled = 0;
    const client = await Client.open(`${wsUrl}/count`);
    for (let id = 0; id < 15; id += 1) client.send({ event: 'count', id });
    await client.jsons(15);
    expect(CountingGateway.handled).toBe(10);
  });

  it('closes with 4003 who goes on regardless, for a second burst', async () => {
    const { wsUrl } = await startBelfry({ frameRate: 1 });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    for (let id = 1; id <= 21; id += 1) client.send({ event: 'ping', id });
    expect(await client.closed).toEqual({ code: 4003, reason: 'too many frames, slow down' });
  });

  it.each(['ping', 'pong'] as const)('counts %s frames, to which there is no answer but the close', async (kind) => {
    const { wsUrl } = await startBelfry({ frameRate: 1 });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    for (let i = 0; i < 21; i += 1) client.socket[kind]();
    expect((await client.closed).code).toBe(4003);
  });

  it('counts frames that are empty, of which ten in a row are malformed anyway', async () => {
    const { wsUrl } = await startBelfry({ frameRate: 1 });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    await pings(client, 10);
    for (let i = 0; i < 10; i += 1) client.send('');
    expect(JSON.parse((await client.frame()).text)).toMatchObject({ data: { code: 'too_many_requests' } });
    client.send('');
    expect((await client.closed).code).toBe(4003);
  });

  it('cuts off who does not stop after the close either', async () => {
    const { port } = await startBelfry({ frameRate: 1, drainSeconds: 600 });
    const client = await RawClient.open(port, '/ws');
    for (let i = 0; i < 31; i += 1) client.send({ event: 'ping' });
    await client.ended();
    expect(client.line.closed).toBe(true);
  });

  it('speaks Chinese at `/`, like everything there', async () => {
    const { wsUrl } = await startBelfry({ frameRate: 1 });
    const client = await Client.open(wsUrl);
    await client.frame();
    for (let i = 0; i < 11; i += 1) client.send({ type: 'ping' });
    const [last] = (await client.jsons(11)).slice(-1);
    expect(last).toMatchObject({
      system: true,
      error: 'too_many_requests',
      text: expect.stringMatching(/^发送过于频繁/),
    });
  });

  it('is 200 by default: 2,000 frames come through at once, and not many more', async () => {
    const server = await startServer({ RATE_LIMIT: 'off' });
    const client = await Client.welcomed(`${server.wsUrl}/ws`);
    const answers = await pings(client, 3000);
    const through = answers.filter((answer) => answer === 'pong').length;
    expect(answers.slice(0, 2000)).toEqual(many(2000, 'pong'));
    expect(through).toBeLessThan(3000);
    await server.stop();
  });
});

describe('BYTE_RATE', () => {
  it('answers what is beyond a burst `too_many_requests`', async () => {
    const { wsUrl } = await startBelfry({ byteRate: 1024, maxPayload: 4096 });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    expect(await pings(client, 5, { data: 'x'.repeat(2400) })).toEqual([...many(4, 'pong'), 'too_many_requests']);
  });

  it('leaves room for one frame as large as may be', async () => {
    const { wsUrl } = await startBelfry({ byteRate: 1024, maxPayload: 65_536 });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    expect(await pings(client, 1, { data: 'x'.repeat(60_000) })).toEqual(['pong']);
  });

  it('closes with 4003 who goes on regardless', async () => {
    const { wsUrl } = await startBelfry({ byteRate: 1024, maxPayload: 4096 });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    for (let id = 0; id < 9; id += 1) client.send({ event: 'ping', id, data: 'x'.repeat(2400) });
    expect((await client.closed).code).toBe(4003);
  });
});

describe('a message in pieces', () => {
  it.each([
    ['empty ones', ''],
    ['short ones', ' '],
  ])('may have so many, and no more (%s)', async (_name, piece) => {
    const { wsUrl } = await startBelfry();
    const client = await Client.welcomed(`${wsUrl}/ws`);
    for (let i = 0; i < 1023; i += 1) client.socket.send(piece, { fin: false });
    client.socket.send('{"event":"ping"}', { fin: true });
    expect((await client.json()).event).toBe('pong');
    for (let i = 0; i < 1025; i += 1) client.socket.send(piece, { fin: false });
    expect((await client.closed).code).toBe(1008);
  });

  it('may come byte by byte, and no more slowly than is bounded', async () => {
    const { port } = await startBelfry();
    const client = await RawClient.open(port, '/ws');
    await client.frame();
    client.line.setNoDelay(true);
    client.line.on('error', () => undefined);
    client.line.write(Buffer.from([0x81, 0xfe, 0xff, 0xff, 0, 0, 0, 0]));
    // A chunk each, as far as the kernel does not join them.
    const trickle = setInterval(() => client.line.write('x'), 0);
    void once(client.line, 'close').then(() => clearInterval(trickle));
    const { opcode, payload } = await client.frame();
    clearInterval(trickle);
    expect([opcode, payload.readUInt16BE(0)]).toEqual([8, 1008]);
  });
});

@WebSocketGateway({ path: '/count' })
class CountingGateway {
  static handled = 0;

  @SubscribeMessage('count')
  count(): void {
    CountingGateway.handled += 1;
  }
}
