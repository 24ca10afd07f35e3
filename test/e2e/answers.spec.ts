/** Whatever a client sends with an id is answered by exactly one frame with that id. */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Ack, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { WsResponse } from '@nestjs/websockets';
import { EMPTY, interval, map, NEVER, of, Subject } from 'rxjs';
import type { Observable } from 'rxjs';
import { GatewayError } from '../../src/gateway/messages/gateway-error.ts';
import { Later } from '../../src/gateway/messages/later.ts';
import { Client } from '../support/client.ts';
import { startGateways } from '../support/in-process.ts';

let beLate = (): void => undefined;
let late = Promise.resolve();
const prices = new Subject<number>();
let wentAway = (): void => undefined;
let gone = Promise.resolve();

@WebSocketGateway({ path: '/answers' })
class AnswersGateway {
  @SubscribeMessage('value')
  value(@MessageBody() data: unknown): unknown {
    return data;
  }

  @SubscribeMessage('later')
  async later(@MessageBody() data: unknown): Promise<unknown> {
    return Promise.resolve(data);
  }

  @SubscribeMessage('nothing')
  nothing(): void {}

  @SubscribeMessage('response')
  response(): WsResponse<string> {
    return { event: 'told', data: 'so' };
  }

  @SubscribeMessage('concert')
  concert(): object {
    return { event: 'concert', place: 'Graz' };
  }

  @SubscribeMessage('byHand')
  byHand(@Ack() ack: (data: unknown) => void): void {
    setImmediate(ack, { by: 'hand' });
  }

  @SubscribeMessage('stream')
  stream(): Observable<unknown> {
    return of(1, { event: 'told', data: 2 }, 3);
  }

  @SubscribeMessage('empty')
  empty(): Observable<never> {
    return EMPTY;
  }

  @SubscribeMessage('ticks')
  ticks(): Observable<number> {
    return interval(1);
  }

  @SubscribeMessage('prices')
  prices(): Observable<WsResponse<number>> {
    return prices.pipe(map((data) => ({ event: 'price', data })));
  }

  @SubscribeMessage('awaited')
  awaited(@MessageBody() wait: boolean): Later<string> {
    return new Later(wait ? late.then(() => 'late') : Promise.resolve('soon'));
  }

  @SubscribeMessage('failed')
  failed(): Later<never> {
    return new Later(Promise.reject(new GatewayError('unavailable')));
  }

  @SubscribeMessage('never')
  never(): Observable<never> {
    return NEVER;
  }

  @SubscribeMessage('hangs')
  async hangs(): Promise<never> {
    return new Promise<never>(() => undefined);
  }

  handleDisconnect(): void {
    wentAway();
  }
}

describe('the answer to a request', () => {
  let client: Client;

  beforeEach(async () => {
    late = new Promise((resolve) => (beLate = resolve));
    gone = new Promise((resolve) => (wentAway = resolve));
    const { wsUrl } = await startGateways({ gateways: [AnswersGateway] });
    client = await Client.open(`${wsUrl}/answers`);
  });

  it.each([
    ['value', { a: 1 }, { a: 1 }],
    ['value', 0, 0],
    ['value', false, false],
    ['value', '', ''],
    ['later', [1], [1]],
    ['concert', undefined, { event: 'concert', place: 'Graz' }],
    ['byHand', undefined, { by: 'hand' }],
  ])('is an ack with what the handler returned (%s, %j)', async (event, data, answer) => {
    expect(await client.ask(event, data, 5)).toEqual({ event: 'ack', id: 5, data: answer });
  });

  it('is an ack without data when the handler returned nothing', async () => {
    expect(await client.ask('nothing', {}, 'n')).toEqual({ event: 'ack', id: 'n' });
  });

  it('keeps the event of a WsResponse', async () => {
    expect(await client.ask('response', {}, 0)).toEqual({ event: 'told', id: 0, data: 'so' });
  });

  it('carries the id once when a handler returns a stream', async () => {
    client.send({ event: 'stream', id: 1 });
    expect(await client.jsons(3)).toEqual([
      { event: 'ack', id: 1, data: 1 },
      { event: 'told', data: 2 },
      { event: 'ack', data: 3 },
    ]);
  });

  it('comes without an id to who sent none, and not at all when there is nothing to say', async () => {
    client.send({ event: 'nothing' });
    client.send({ event: 'value', data: 1 });
    expect(await client.json()).toEqual({ event: 'ack', data: 1 });
  });

  it('is an error when a stream ends without a value, since only a filter could have said more', async () => {
    expect(await client.ask('empty', {}, 2)).toMatchObject({ event: 'error', id: 2, data: { code: 'internal' } });
  });

  it('lets later frames in while a stream goes on', async () => {
    client.send({ event: 'ticks', id: 't' });
    expect(await client.ask('value', 'still here')).toMatchObject({ data: 'still here' });
  });

  it('may come later, beside those of later frames, and is an error if it fails', async () => {
    client.send({ event: 'awaited', id: 1, data: true });
    expect(await client.ask('awaited', false, 2)).toEqual({ event: 'ack', id: 2, data: 'soon' });
    beLate();
    expect(await client.json()).toEqual({ event: 'ack', id: 1, data: 'late' });
    expect(await client.ask('failed', {}, 3)).toMatchObject({ event: 'error', id: 3, data: { code: 'unavailable' } });
  });

  it('that comes later is waited for by a frame of another event, which may ask for what the first one did', async () => {
    client.send({ event: 'awaited', id: 1, data: true });
    client.send({ event: 'value', id: 2, data: 1 });
    client.socket.ping();
    await once(client.socket, 'pong');
    expect(client.waiting).toEqual([]);
    beLate();
    expect((await client.jsons(2)).map(({ id }) => id)).toEqual([1, 2]);
  });

  it('that comes later is waited for by the 65th frame of its event', async () => {
    for (let i = 0; i < 64; i += 1) client.send({ event: 'awaited', data: true });
    client.send({ event: 'awaited', id: 'next', data: false });
    client.socket.ping();
    await once(client.socket, 'pong');
    expect(client.waiting).toEqual([]);
    beLate();
    expect((await client.jsons(65)).at(-1)).toMatchObject({ id: 'next' });
  });

  it('ends a stream with its client', async () => {
    client.send({ event: 'prices', id: 1 });
    while (!prices.observed) await nextTurn();
    prices.next(7);
    prices.next(8);
    expect(await client.jsons(2)).toEqual([
      { event: 'price', id: 1, data: 7 },
      { event: 'price', data: 8 },
    ]);
    await client.close();
    while (prices.observed) await nextTurn();
    expect(prices.observed).toBe(false);
  });

  it.each(['never', 'hangs'])('that never comes (%s) holds back nothing once its client has gone', async (event) => {
    client.send({ event });
    client.send({ event: 'nothing' });
    await client.close();
    await expect(gone).resolves.toBeUndefined();
  });
});
