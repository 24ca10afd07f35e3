/** Nothing that a client sends vanishes silently: it is answered, and does no harm. */
import { UseFilters, UseGuards } from '@nestjs/common';
import { Catch } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { Type } from 'class-transformer';
import { IsInt, Length, ValidateNested } from 'class-validator';
import type { WebSocket } from 'ws';
import { Client } from '../support/client.ts';
import { startGateways } from '../support/in-process.ts';

class Place {
  @Length(2, 20)
  readonly city!: string;
}

class Order {
  @IsInt()
  readonly amount!: number;

  @ValidateNested()
  @Type(() => Place)
  readonly to!: Place;
}

@Catch(RangeError)
class RangeFilter {
  catch(_error: RangeError, host: ArgumentsHost): void {
    host.switchToWs().getClient<WebSocket>().send('{"event":"own-filter"}');
  }
}

let counted = 0;

/** What the server wrote to its log. */
const logged: string[] = [];
const write = (line: unknown): void => void logged.push(String(line));
const logger = { log: () => undefined, warn: write, error: write };

const SECRET = 'the-secret-of-the-inside';

@WebSocketGateway({ path: '/shop' })
class ShopGateway {
  @SubscribeMessage('order')
  order(@MessageBody() order: Order): number {
    return order.amount;
  }

  @SubscribeMessage('throw')
  throw(): never {
    throw new Error(SECRET);
  }

  @SubscribeMessage('reject')
  async reject(): Promise<never> {
    return Promise.reject(new Error(SECRET));
  }

  @SubscribeMessage('refuse')
  refuse(): never {
    throw new WsException('sold out');
  }

  @UseGuards({ canActivate: () => false })
  @SubscribeMessage('guarded')
  guarded(): string {
    return 'never';
  }

  @UseFilters(RangeFilter)
  @SubscribeMessage('filtered')
  filtered(): never {
    throw new RangeError(SECRET);
  }

  @SubscribeMessage('drop')
  drop(@ConnectedSocket() socket: WebSocket): void {
    socket.close(1000);
  }

  @SubscribeMessage('count')
  count(): void {
    counted += 1;
  }

  handleDisconnect(): void {
    throw new Error(SECRET);
  }
}

describe('what a client does wrong comes back to it', () => {
  let client: Client;
  let url: string;

  beforeEach(async () => {
    logged.length = 0;
    const server = await startGateways({ gateways: [ShopGateway], logger });
    url = `${server.wsUrl}/shop`;
    client = await Client.open(url);
  });

  it.each([
    ['a frame that is not JSON', '{"event":', 'bad_json'],
    ['a frame of bytes that are not UTF-8', Buffer.from([0xff, 0xfe]), 'bad_json'],
    ['an empty frame', '', 'bad_json'],
    ['an array', '["order"]', 'bad_envelope'],
    ['null', 'null', 'bad_envelope'],
    ['an envelope without an event', '{"data":1,"id":1}', 'bad_envelope'],
    ['an event that is not a string', '{"event":1}', 'bad_envelope'],
    ['an id that would come back as another number', '{"event":"order","id":12345678901234567890}', 'bad_envelope'],
    ['an id that is no finite number', '{"event":"order","id":1e999}', 'bad_envelope'],
    ['an id that is an object', '{"event":"order","id":{}}', 'bad_envelope'],
    ['an id that is too long', JSON.stringify({ event: 'order', id: 'x'.repeat(65) }), 'bad_envelope'],
  ])('answers %s', async (_name, frame, code) => {
    client.send(frame);
    expect(await client.json()).toMatchObject({ event: 'error', data: { code, temporary: false } });
    expect((await client.ask('order', { amount: 3, to: { city: 'Ulm' } })).data).toBe(3);
  });

  it('answers a frame that is no envelope under its id, if it has one', async () => {
    client.send('{"event":7,"id":9}');
    expect(await client.json()).toMatchObject({ event: 'error', id: 9, data: { code: 'bad_envelope' } });
  });

  it('answers an unknown event under the id of its request', async () => {
    expect(await client.ask('ordr', {}, 7)).toMatchObject({ event: 'error', id: 7, data: { code: 'unknown_event' } });
  });

  it('names every property that breaks a rule, nested ones by their path, and all of its rules', async () => {
    const { data } = await client.ask('order', { amount: 'many', to: { city: '' } });
    expect(data).toEqual({
      code: 'invalid',
      message: expect.any(String),
      temporary: false,
      details: [
        { property: 'amount', rules: ['amount must be an integer number'] },
        { property: 'to.city', rules: ['city must be longer than or equal to 2 characters'] },
      ],
    });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an array', [{ amount: 1 }]],
    ['text', 'amount'],
  ])('does not take %s for a DTO', async (_name, data) => {
    expect(await client.ask('order', data)).toMatchObject({ event: 'error', data: { code: 'invalid' } });
  });

  it.each(['throw', 'reject'])('answers a handler that fails (%s) without a word of the inside', async (event) => {
    client.send({ event, id: 'a', data: { echo: 'of-the-payload' } });
    const { text } = await client.frame();
    expect(JSON.parse(text)).toMatchObject({ event: 'error', id: 'a', data: { code: 'internal', temporary: true } });
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('of-the-payload');
    expect(text).not.toContain('.ts');
    expect(logged.join('\n')).toMatch(new RegExp(`${SECRET}[^]+\\n +at `));
  });

  it('passes on what an author wrote for clients in a WsException', async () => {
    expect((await client.ask('refuse')).data).toMatchObject({ code: 'invalid', message: 'sold out' });
  });

  it('answers forbidden when a guard says no', async () => {
    expect((await client.ask('guarded')).data).toMatchObject({ code: 'forbidden' });
  });

  it("lets a gateway's own filter come first, and still answers the request exactly once", async () => {
    client.send({ event: 'filtered', id: 1 });
    expect(await client.json()).toEqual({ event: 'own-filter' });
    expect(await client.json()).toMatchObject({ event: 'error', id: 1 });
    await client.ask('guarded');
    expect(client.waiting).toEqual([]);
  });

  it('is unharmed by a handleDisconnect that throws', async () => {
    client.send({ event: 'drop' });
    expect((await client.closed).code).toBe(1000);
    const next = await Client.open(url);
    expect((await next.ask('order', { amount: 1, to: { city: 'Ulm' } })).data).toBe(1);
  });

  it('closes with 4502 after ten malformed frames in a row', async () => {
    for (let i = 0; i < 20; i += 1) client.send('?');
    expect(await client.jsons(10)).toHaveLength(10);
    expect((await client.closed).code).toBe(4502);
    expect(client.waiting).toEqual([]);
  });

  it('listens to nobody whom it has closed, and is rid of it although hundreds of frames still come', async () => {
    for (let i = 0; i < 300; i += 1) client.send('?');
    client.send({ event: 'count' });
    expect((await client.closed).code).toBe(4502);
    expect(counted).toBe(0);
  });

  it('counts malformed frames anew after a good one', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 9; i += 1) client.send('?');
      expect((await client.ask('order', { amount: round, to: { city: 'Ulm' } })).data).toBe(round);
    }
  });
});
