/** However much happens in one turn: each client gets one write, and what many hear is the same bytes for all of them. */
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { connectionOf } from '../../src/gateway/connection.ts';
import { Later } from '../../src/gateway/messages/later.ts';
import { Client } from '../support/client.ts';
import { startBelfry, startGateways } from '../support/in-process.ts';
import { openInMemory } from '../support/memory-line.ts';
import type { MemoryLine } from '../support/memory-line.ts';

let settle: () => void = () => undefined;
const settled = new Promise<void>((resolve) => (settle = resolve));
let begun = 0;
let socket: WebSocket;

@WebSocketGateway({ path: '/desk' })
class DeskGateway {
  handleConnection(its: WebSocket): void {
    socket = its;
  }

  @SubscribeMessage('later')
  later(): Later<string> {
    begun += 1;
    if (begun === 20) setImmediate(settle);
    return new Later(settled.then(() => 'done'));
  }
}

describe('messages that became durable together', () => {
  async function joined(server: Awaited<ReturnType<typeof startBelfry>>, path: string): Promise<MemoryLine> {
    const line = await openInMemory(server, path);
    await line.client.frame();
    if (path === '/ws') await line.client.ask('join', { channel: 'announcements' });
    line.chunks.length = 0;
    return line;
  }

  it('reach every client of an endpoint as the same bytes in memory, in few writes', async () => {
    const server = await startBelfry();
    const lines = await Promise.all(['/ws', '/ws', '/ws'].map(async (path) => joined(server, path)));
    const author = await Client.welcomed(`${server.wsUrl}/ws`);
    for (let i = 0; i < 64; i += 1)
      author.send({ event: 'message', data: { channel: 'announcements', text: String(i) } });
    for (const { client } of lines) for (let i = 0; i < 64; i += 1) await client.event('message');

    const [first, ...others] = lines.map(({ chunks }) => chunks);
    expect(first?.length).toBeLessThan(16);
    for (const chunks of others) {
      expect(chunks).toHaveLength(first?.length ?? 0);
      chunks.forEach((chunk, i) => expect(chunk).toBe(first?.[i]));
    }
  });

  it('are encoded once for each endpoint: those of / are others than those of /ws', async () => {
    const server = await startBelfry();
    const [plain, alsoPlain, channels] = [
      await joined(server, '/'),
      await joined(server, '/'),
      await joined(server, '/ws'),
    ];
    await channels.client.ask('message', { channel: 'announcements', text: 'hello' });
    for (const { client } of [plain, alsoPlain]) await client.frame();
    expect(plain.chunks).toHaveLength(1);
    expect(alsoPlain.chunks[0]).toBe(plain.chunks[0]);
    expect(channels.chunks[0]).not.toBe(plain.chunks[0]);
  });
});

describe('what is sent to one client in one turn', () => {
  it('is one write', async () => {
    const { chunks, client } = await openInMemory(await startGateways({ gateways: [DeskGateway] }), '/desk');
    chunks.length = 0;
    for (let i = 0; i < 10; i += 1) connectionOf(socket).send('news', i);
    expect(await client.jsons(10)).toEqual(Array.from({ length: 10 }, (_each, i) => ({ event: 'news', data: i })));
    expect(chunks).toHaveLength(1);
  });

  it('is one write, when answers that were awaited come together', async () => {
    const { chunks, client } = await openInMemory(await startGateways({ gateways: [DeskGateway] }), '/desk');
    chunks.length = 0;
    for (let i = 0; i < 20; i += 1) client.send({ event: 'later', id: i });
    expect((await client.jsons(20)).map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_each, i) => i));
    expect(chunks).toHaveLength(1);
  });
});
