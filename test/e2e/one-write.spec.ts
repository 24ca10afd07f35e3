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

/** Joins `announcements`, which a client of `/` is in already. */
async function joined(server: Awaited<ReturnType<typeof startBelfry>>, path: string): Promise<MemoryLine> {
  const line = await openInMemory(server, path);
  await line.client.frame();
  if (path === '/ws') await line.client.ask('join', { channel: 'announcements' });
  line.writes.length = 0;
  return line;
}

describe('messages that became durable together', () => {
  it('reach every client of an endpoint as the same bytes in memory, in few writes', async () => {
    const server = await startBelfry();
    const lines = await Promise.all(['/ws', '/ws', '/ws'].map(async (path) => joined(server, path)));
    const author = await Client.welcomed(`${server.wsUrl}/ws`);
    for (let i = 0; i < 64; i += 1)
      author.send({ event: 'message', data: { channel: 'announcements', text: String(i) } });
    for (const { client } of lines) for (let i = 0; i < 64; i += 1) await client.event('message');

    expect(lines[0]?.writes.length).toBeLessThan(16);
    const [first, ...others] = lines.map(({ writes }) => writes.flat());
    for (const buffers of others) {
      expect(buffers).toHaveLength(first?.length ?? 0);
      buffers.forEach((buffer, i) => expect(buffer).toBe(first?.[i]));
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
    const [first, second, other] = [plain, alsoPlain, channels].map(({ writes }) => writes[0]?.[0]);
    expect(plain.writes).toHaveLength(1);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe('what is sent to one client in one turn', () => {
  it('is one write', async () => {
    const { writes, client } = await openInMemory(await startGateways({ gateways: [DeskGateway] }), '/desk');
    writes.length = 0;
    for (let i = 0; i < 10; i += 1) connectionOf(socket).send('news', i);
    expect(await client.jsons(10)).toEqual(Array.from({ length: 10 }, (_each, i) => ({ event: 'news', data: i })));
    expect(writes).toHaveLength(1);
  });

  it('is one write, when answers that were awaited come together', async () => {
    const { writes, client } = await openInMemory(await startGateways({ gateways: [DeskGateway] }), '/desk');
    writes.length = 0;
    for (let i = 0; i < 20; i += 1) client.send({ event: 'later', id: i });
    expect((await client.jsons(20)).map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_each, i) => i));
    expect(writes).toHaveLength(1);
  });
});
