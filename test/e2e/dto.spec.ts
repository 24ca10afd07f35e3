/** What a handler is given has passed the rules of its DTO: no key of the data gets around them. */
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, Length, Min, ValidateNested } from 'class-validator';
import { Client } from '../support/client.ts';
import { startBelfry, startGateways } from '../support/in-process.ts';

class Place {
  @Length(2, 20)
  readonly city!: string;
}

class Order {
  @IsInt()
  @Min(1)
  readonly amount!: number;

  @ValidateNested()
  @Type(() => Place)
  readonly to!: Place;

  @IsOptional()
  @IsObject()
  readonly more?: object;
}

@WebSocketGateway({ path: '/shop' })
class ShopGateway {
  @SubscribeMessage('order')
  order(@MessageBody() order: Order): object {
    return { order, isOrder: order instanceof Order && order.to instanceof Place };
  }

  @SubscribeMessage('place')
  place(@MessageBody('to') to: Place): object {
    return { to, isPlace: to instanceof Place };
  }

  @SubscribeMessage('number')
  number(@MessageBody('value') value: number): unknown {
    return { value, type: typeof value };
  }

  @SubscribeMessage('string')
  string(@MessageBody('value') value: string): unknown {
    return { value, type: typeof value };
  }

  @SubscribeMessage('boolean')
  boolean(@MessageBody('value') value: boolean): unknown {
    return { value, type: typeof value };
  }
}

/** Text, since an object literal would not have `__proto__` as a key of its own. */
const KEYS = ['__proto__', 'constructor', 'prototype'];
const VALUES = ['{}', 'null', '1', '{"name":"Object"}', '{"amount":1,"to":{"city":"Ulm"}}'];
const pairs = KEYS.flatMap((key) => VALUES.map((value) => [`"${key}":${value}`]));

describe('the rules of a DTO', () => {
  let client: Client;

  beforeEach(async () => {
    const { wsUrl } = await startGateways({ gateways: [ShopGateway] });
    client = await Client.open(`${wsUrl}/shop`);
  });

  async function send(event: string, data: string) {
    client.send(`{"event":"${event}","id":1,"data":${data}}`);
    return client.json();
  }

  it.each(pairs)('hold although the data has the key %s', async (pair) => {
    for (const data of [
      `{${pair},"amount":0,"to":{"city":"Ulm"}}`,
      `{"amount":0,"to":{"city":"Ulm"},${pair}}`,
      `{${pair}}`,
      `{"amount":1,"to":{"city":"",${pair}}}`,
      `{"amount":1,"to":{${pair}}}`,
      `{"amount":1,"to":[{${pair}}]}`,
    ]) {
      expect(await send('order', data)).toMatchObject({ event: 'error', id: 1, data: { code: 'invalid' } });
    }
    for (const data of [`{"to":{${pair}}}`, `{"to":{"city":"",${pair}}}`]) {
      expect(await send('place', data)).toMatchObject({ event: 'error', id: 1, data: { code: 'invalid' } });
    }
  });

  it.each(pairs)('let through what is right beside the key %s, without that key', async (pair) => {
    const data = `{${pair},"amount":1,"to":{"city":"Ulm",${pair}},"more":{"a":[{${pair}}],${pair}}}`;
    const order = { amount: 1, to: { city: 'Ulm' }, more: { a: [{}] } };
    expect(await send('order', data)).toEqual({ event: 'ack', id: 1, data: { order, isOrder: true } });
  });

  it.each(['number', 'string', 'boolean'])(
    'leave one property of a simple type as it came, as Nest does (%s)',
    async (event) => {
      for (const value of [7, '7', true, null, [1]]) {
        const data = { value, type: typeof value };
        expect(await send(event, JSON.stringify({ value }))).toEqual({ event: 'ack', id: 1, data });
      }
    },
  );

  it('hold for one property that is a DTO', async () => {
    expect(await send('place', '{"to":{"city":"Ulm"}}')).toMatchObject({
      data: { to: { city: 'Ulm' }, isPlace: true },
    });
    expect(await send('place', '{"to":{"city":""}}')).toMatchObject({ data: { code: 'invalid' } });
  });
});

describe('the rules of join', () => {
  it.each(KEYS)('hold although `since` has the key %s', async (key) => {
    const { wsUrl } = await startBelfry();
    const client = await Client.welcomed(`${wsUrl}/ws`);
    for (const since of [
      '{}',
      '{"epoch":1,"offset":0}',
      '{"epoch":"e","offset":-1}',
      '{"last":"many"}',
      '{"last":0}',
    ]) {
      const evil = `{"${key}":{"epoch":"e","offset":0,"last":1},${since.slice(1)}`.replace(',}', '}');
      client.send(`{"event":"join","id":1,"data":{"channel":"news","since":${evil}}}`);
      expect(await client.json()).toMatchObject({ event: 'error', id: 1, data: { code: 'invalid' } });
    }
    expect(await client.ask('join', { channel: 'news', since: { last: 1 } })).toMatchObject({ event: 'ack' });
  });
});
