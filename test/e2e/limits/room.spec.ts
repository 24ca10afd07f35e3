/** What one client may take: bytes of a frame, a place among the connections, time for the handshake. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { Client } from '../../support/client.ts';
import { handshake } from '../../support/handshake.ts';
import { startBelfry } from '../../support/in-process.ts';

describe('limits', () => {
  it.each(['/', '/ws'])('MAX_PAYLOAD closes a connection to %s with 1009 when a frame is larger', async (path) => {
    const { wsUrl } = await startBelfry({ maxPayload: 1024 });
    const [client, other] = [await Client.open(wsUrl + path), await Client.open(`${wsUrl}/ws`)];
    client.send(Buffer.alloc(1025, 'x'));
    expect((await client.closed).code).toBe(1009);
    expect((await other.ask('ping')).event).toBe('pong');
  });

  it('MAX_PAYLOAD holds for the sum of fragments too', async () => {
    const { wsUrl } = await startBelfry({ maxPayload: 1024 });
    const client = await Client.open(`${wsUrl}/ws`);
    for (let i = 0; i < 3; i += 1) client.socket.send('x'.repeat(400), { fin: i === 2 });
    expect((await client.closed).code).toBe(1009);
  });

  it('MAX_PAYLOAD lets through a frame that just fits', async () => {
    const { wsUrl } = await startBelfry({ maxPayload: 1024 });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    const envelope = { event: 'ping', id: 1, data: '' };
    envelope.data = 'x'.repeat(1024 - JSON.stringify(envelope).length);
    client.send(envelope);
    expect(await client.json()).toMatchObject({ event: 'pong', id: 1 });
  });

  it('MAX_CONNECTIONS answers one more with 503 as JSON, and takes it when another has left', async () => {
    const { wsUrl } = await startBelfry({ maxConnections: 2, drainSeconds: 1 });
    const [first] = [await Client.open(wsUrl), await Client.open(`${wsUrl}/ws`)];
    await expect(Client.open(wsUrl)).rejects.toThrow('503');
    const refused = await handshake(Number(new URL(wsUrl).port));
    expect(refused.status).toBe(503);
    expect(refused.header('Retry-After')).toBe('1');
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'full' });
    await first?.close();
    await expect(Client.welcomed(`${wsUrl}/ws`)).resolves.toBeDefined();
  });

  it.each([
    ['never finishes its headers', 'GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n'],
    ['says nothing at all', ''],
  ])('HANDSHAKE_TIMEOUT ends a connection that %s', async (_name, start) => {
    const { port } = await startBelfry({ handshakeTimeout: 200 });
    const socket = connect(port, '127.0.0.1');
    socket.write(start);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });
});
