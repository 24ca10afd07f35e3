/** What is sent first leaves first, whether Belfry or ws itself writes it, and no message is torn apart. */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import * as fc from 'fast-check';
import type { WebSocket } from 'ws';
import { connectionOf } from '../../src/gateway/connection.ts';
import type { Connection } from '../../src/gateway/connection.ts';
import { Connections } from '../../src/gateway/connections.ts';
import { bytesOf } from '../../src/gateway/wire/frame-bytes.ts';
import { Client } from '../support/client.ts';
import { startBelfry, startGateways } from '../support/in-process.ts';

let arrived: (socket: WebSocket) => void;

/** Its sockets are the test's own, to send by in every way that there is. */
@WebSocketGateway({ path: '/desk' })
class DeskGateway {
  handleConnection(socket: WebSocket): void {
    arrived(socket);
  }

  @SubscribeMessage('echo')
  echo(@MessageBody() data: unknown): unknown {
    return data;
  }
}

/** The same, with the compression of ws: it then writes in its own time. */
@WebSocketGateway({ path: '/press', perMessageDeflate: { threshold: 0 } })
class PressGateway extends DeskGateway {}

const gateways = [DeskGateway, PressGateway];
const textFrame = (payload: string) => ({ payload, binary: false });

/** The ways to send a text. */
const WAYS = {
  event: (socket: WebSocket, text: string) => connectionOf(socket).send('event', text),
  frame: (socket: WebSocket, text: string) => connectionOf(socket).write(textFrame(text)),
  shared: (socket: WebSocket, text: string) => connectionOf(socket).share(bytesOf([textFrame(text)])),
  ws: (socket: WebSocket, text: string) => socket.send(text),
  'ws with a callback': (socket: WebSocket, text: string) => socket.send(text, () => undefined),
  'ws in pieces': (socket: WebSocket, text: string) => {
    socket.send(text.slice(0, 1), { fin: false });
    socket.send(text.slice(1), { fin: true });
  },
  'ws in pieces that end with a callback': (socket: WebSocket, text: string) => {
    socket.send(text, { fin: false });
    socket.send('', () => undefined);
  },
  'ws from a blob': (socket: WebSocket, text: string) => socket.send(new Blob([text])),
  'ws in pieces from blobs': (socket: WebSocket, text: string) => {
    socket.send(new Blob([text.slice(0, 1)]), { fin: false });
    socket.send(new Blob([text.slice(1)]), { fin: true });
  },
  'ws with a ping before': (socket: WebSocket, text: string) => {
    socket.ping();
    socket.send(text);
  },
} as const;
type Way = keyof typeof WAYS;
const way = fc.constantFrom(...(Object.keys(WAYS) as Way[]));

describe.each(['/desk', '/press'])('on a connection to %s', (path) => {
  let client: Client;
  let socket: WebSocket;

  async function connect(): Promise<void> {
    const { wsUrl } = await startGateways({ gateways });
    const arrival = new Promise<WebSocket>((resolve) => (arrived = resolve));
    client = await Client.open(wsUrl + path);
    socket = await arrival;
  }

  beforeEach(connect);

  /** The texts in the order in which they came: an event has its text as its data. */
  async function heard(count: number): Promise<unknown[]> {
    const texts: unknown[] = [];
    for (let i = 0; i < count; i += 1) {
      const { text } = await client.frame();
      texts.push(text.startsWith('{') ? (JSON.parse(text) as { data: unknown }).data : text);
    }
    return texts;
  }

  it('everything comes in the order in which it was sent, in one turn or over several', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(way, fc.boolean()), { maxLength: 30, size: 'max' }), async (sendings) => {
        for (const [i, [by, andWait]] of sendings.entries()) {
          WAYS[by](socket, `text ${i}`);
          if (andWait) await nextTurn();
        }
        expect(await heard(sendings.length)).toEqual(sendings.map((_each, i) => `text ${i}`));
      }),
      { numRuns: 60 },
    );
  });

  it.each(['socket', 'connection'] as const)(
    'nothing is lost before a close of the %s, nothing follows',
    async (who) => {
      for (const [i, by] of Object.values(WAYS).entries()) by(socket, `text ${i}`);
      const last = Object.keys(WAYS).length;
      WAYS.event(socket, `text ${last}`);
      if (who === 'socket') socket.close(1000);
      else connectionOf(socket).close('restarting');
      for (const by of ['event', 'frame', 'shared', 'ws'] as const) WAYS[by](socket, 'too late');
      expect(await heard(last + 1)).toEqual(Array.from({ length: last + 1 }, (_each, i) => `text ${i}`));
      expect((await client.closed).code).toBe(who === 'socket' ? 1000 : 1012);
      expect(client.waiting).toEqual([]);
    },
  );

  it('a message in pieces is not torn apart: what is sent meanwhile follows it at once, pings need not wait', async () => {
    const pings = once(client.socket, 'ping');
    socket.send('one ', { fin: false });
    for (const by of ['event', 'frame', 'shared'] as const) WAYS[by](socket, by);
    await nextTurn();
    connectionOf(socket).ping();
    await pings;
    socket.send('message', { fin: false });
    WAYS.event(socket, 'last');
    await nextTurn();
    socket.send('', { fin: true });
    expect(await heard(5)).toEqual(['one message', 'event', 'frame', 'shared', 'last']);
  });

  it('an answer waits for the end of a message that its own handler has begun', async () => {
    socket.send('half ', { fin: false });
    client.send({ event: 'echo', id: 1, data: 'answer' });
    await once(client.socket.ping() ?? client.socket, 'pong');
    expect(client.waiting).toEqual([]);
    socket.send('and half');
    expect(await heard(2)).toEqual(['half and half', 'answer']);
  });
});

describe('while a message in pieces is open', () => {
  it('what waits behind it counts as unsent, and is drained when it has ended', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const arrival = new Promise<Connection>((resolve) => (arrived = (each) => resolve(connectionOf(each))));
    const client = await Client.open(`${wsUrl}/desk`);
    const connection = await arrival;
    connection.socket.send('open', { fin: false });
    for (let i = 0; i < 100; i += 1) connection.write(textFrame('x'.repeat(1000)));
    await nextTurn();
    expect(connection.unsent).toBeGreaterThanOrEqual(100_000);
    let isDrained = false;
    const drained = connection.drained(64 * 1024).then(() => (isDrained = true));
    await nextTurn();
    expect(isDrained).toBe(false);
    connection.socket.send('', { fin: true });
    await drained;
    for (let i = 0; i < 101; i += 1) await client.frame();
  });

  it('messages of a channel wait for no more than HIGH_WATER: the client falls behind, and catches up', async () => {
    const highWater = 64 * 1024;
    const { wsUrl, app } = await startBelfry({ highWater });
    const hearer = await Client.joined(`${wsUrl}/ws`, 'news');
    const [connection] = app.get(Connections) as Iterable<Connection>;
    const author = await Client.welcomed(`${wsUrl}/ws`);
    connection?.socket.send('{"event":', { fin: false });

    const text = 'x'.repeat(1000);
    const [rounds, together] = [40, 10];
    let most = 0;
    for (let i = 0; i < rounds; i += 1) {
      for (let j = 1; j < together; j += 1) author.send({ event: 'message', data: { channel: 'news', text } });
      await author.ask('message', { channel: 'news', text });
      most = Math.max(most, connection?.unsent ?? 0);
    }
    expect(hearer.waiting).toEqual([]);
    expect(most).toBeGreaterThan(highWater / 2);
    expect(most).toBeLessThan(highWater + together * 2 * text.length);

    connection?.socket.send('"pieces"}', { fin: true });
    expect(await hearer.json()).toEqual({ event: 'pieces' });
    const offsets: unknown[] = [];
    while (offsets.length < rounds * together) offsets.push((await hearer.event('message')).data?.['offset']);
    expect(offsets).toEqual(offsets.map((_each, i) => i + 1));
  });
});
