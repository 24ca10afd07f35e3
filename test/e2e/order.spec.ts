/** Frames of one connection are handled one after another, in the order in which they came. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import * as fc from 'fast-check';
import type { WebSocket } from 'ws';
import { connectionOf } from '../../src/gateway/connection.ts';
import { Client } from '../support/client.ts';
import { startGateways } from '../support/in-process.ts';

/** A door that a test opens when it likes. */
class Door {
  private opener: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => (this.opener = resolve));

  open(): void {
    this.opener();
  }
}

let door = new Door();
let log: string[] = [];
let busy: (socket: WebSocket) => void = () => undefined;

@WebSocketGateway({ path: '/queue' })
class QueueGateway {
  @SubscribeMessage('work')
  async work(@MessageBody() { name, turns }: { name: string; turns: number }): Promise<string> {
    log.push(`begin ${name}`);
    for (let i = 0; i < turns; i += 1) await nextTurn();
    log.push(`end ${name}`);
    return name;
  }

  @SubscribeMessage('wait')
  async wait(@ConnectedSocket() socket: WebSocket): Promise<void> {
    busy(socket);
    await door.opened;
  }

  handleDisconnect(): void {
    log.push('disconnected');
    door.open();
  }
}

@WebSocketGateway({ path: '/slow-door' })
class SlowDoorGateway {
  async handleConnection(socket: WebSocket): Promise<void> {
    await door.opened;
    log.push('connected');
    socket.send('"hello"');
  }

  @SubscribeMessage('work')
  work(): string {
    log.push('work');
    return 'done';
  }

  handleDisconnect(): void {
    log.push('disconnected');
  }
}

@WebSocketGateway({ path: '/broken-door' })
class BrokenDoorGateway {
  async handleConnection(): Promise<void> {
    return Promise.reject(new Error('no database'));
  }

  @SubscribeMessage('work')
  work(): void {
    log.push('work');
  }
}

@WebSocketGateway({ path: '/throwing-door' })
class ThrowingDoorGateway {
  handleConnection(): void {
    throw new Error('no database');
  }
}

const gateways = [QueueGateway, SlowDoorGateway, BrokenDoorGateway, ThrowingDoorGateway];

beforeEach(() => {
  door = new Door();
  log = [];
});

describe('the order of frames', () => {
  it('is kept however long each of them takes', async () => {
    const { wsUrl } = await startGateways({ gateways });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 30 }), async (turns) => {
        log = [];
        const client = await Client.open(`${wsUrl}/queue`);
        turns.forEach((each, i) => client.send({ event: 'work', id: i, data: { name: String(i), turns: each } }));
        const answers = await client.jsons(turns.length);
        expect(answers.map(({ id }) => id)).toEqual(turns.map((_each, i) => i));
        expect(log).toEqual(turns.flatMap((_each, i) => [`begin ${i}`, `end ${i}`]));
        await client.close();
      }),
      { numRuns: 20 },
    );
  });

  it('holds between clients for none: one that is slow does not keep another waiting', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const slow = await Client.open(`${wsUrl}/queue`);
    slow.send({ event: 'wait', id: 1 });
    const quick = await Client.open(`${wsUrl}/queue`);
    expect((await quick.ask('work', { name: 'quick', turns: 0 })).data).toBe('quick');
    door.open();
    expect((await slow.json()).id).toBe(1);
  });

  it('has every frame handled that came before the client left, and handleDisconnect after them', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const client = await Client.open(`${wsUrl}/queue`);
    for (const name of ['a', 'b', 'c']) client.send({ event: 'work', data: { name, turns: 0 } });
    await client.close();
    await door.opened;
    expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c', 'disconnected']);
  });
});

describe('handleConnection', () => {
  it('has finished, also when it is async, before the first frame is handled', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const client = await Client.open(`${wsUrl}/slow-door`);
    client.send({ event: 'work', id: 1 });
    client.socket.ping();
    await new Promise((resolve) => client.socket.once('pong', resolve));
    expect(log).toEqual([]);
    door.open();
    expect(await client.json()).toBe('hello');
    expect(await client.json()).toMatchObject({ id: 1, data: 'done' });
    expect(log).toEqual(['connected', 'work']);
  });

  it.each(['broken-door', 'throwing-door'])('that fails (%s) costs the connection, and nothing else', async (path) => {
    const { wsUrl } = await startGateways({ gateways });
    const client = await Client.open(`${wsUrl}/${path}`);
    client.send({ event: 'work' });
    expect((await client.json()).data).toMatchObject({ code: 'internal' });
    // Sent after it was refused, before it has heard of its close.
    client.send({ event: 'work' });
    expect((await client.closed).code).toBe(1011);
    expect(log).toEqual([]);
    const other = await Client.open(`${wsUrl}/queue`);
    expect((await other.ask('work', { name: 'on', turns: 0 })).data).toBe('on');
  });
});

describe('the backlog', () => {
  it('is bounded: past 64 waiting frames the socket is not read until it shrinks, and nothing is lost', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const client = await Client.open(`${wsUrl}/queue`);
    const reading = new Promise<WebSocket>((resolve) => (busy = resolve));
    client.send({ event: 'wait' });
    const count = 5000;
    const name = 'x'.repeat(1000);
    for (let i = 0; i < count; i += 1) client.send({ event: 'work', id: i, data: { name, turns: 0 } });
    const socket = await reading;
    while (!socket.isPaused) await nextTurn();
    // What is left in the client's buffer after many turns is what the server does not take.
    for (let i = 0; i < 200; i += 1) await nextTurn();
    expect(client.socket.bufferedAmount).toBeGreaterThan(100_000);
    expect(connectionOf(socket).unread).toBe(true);
    door.open();
    for (let i = 0; i < count; i += 1) expect((await client.json()).id).toBe(i);
    expect(connectionOf(socket).unread).toBe(false);
  });
});
