/** What an author puts around a gateway - filters, guards, interceptors, pipes - works as in Nest, and hides no failure. */
import { Catch, Injectable, ParseIntPipe, UseFilters, UseGuards, UseInterceptors, UsePipes } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor, PipeTransform } from '@nestjs/common';
import { Ack, MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { catchError, EMPTY, map, of } from 'rxjs';
import type { Observable } from 'rxjs';
import { Later } from '../../src/gateway/messages/later.ts';
import { Client } from '../support/client.ts';
import { startGateways } from '../support/in-process.ts';

/** Takes every exception, and says nothing. */
@Catch()
class SilentFilter {
  catch(): void {}
}

const never = { canActivate: () => false };
const failing = {
  canActivate: () => {
    throw new Error('the guard fell asleep');
  },
};
const refusing: PipeTransform = {
  transform: () => {
    throw new WsException('not this');
  },
};

@Injectable()
class Louder implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value) => (typeof value === 'string' ? `${value}!` : value)));
  }
}

const calming: NestInterceptor = {
  intercept: (_context, next) => next.handle().pipe(catchError(() => of('never mind'))),
};
const swallowing: NestInterceptor = { intercept: () => EMPTY };
const upper: PipeTransform = {
  transform: (value: unknown) => (typeof value === 'string' ? value.toUpperCase() : value),
};

/** The same handlers for all. */
abstract class Handlers {
  @SubscribeMessage('value')
  value(@MessageBody() data: unknown): unknown {
    return data;
  }

  @SubscribeMessage('promise')
  async promise(@MessageBody() data: unknown): Promise<unknown> {
    return Promise.resolve(data);
  }

  @SubscribeMessage('nothing')
  nothing(): void {}

  @SubscribeMessage('several')
  several(): Observable<string> {
    return of('a', 'b');
  }

  @SubscribeMessage('later')
  later(): Later<string> {
    return new Later(Promise.resolve('late'));
  }

  @SubscribeMessage('throw')
  throw(): never {
    throw new Error('of the author');
  }

  @SubscribeMessage('reject')
  async reject(): Promise<never> {
    return Promise.reject(new Error('of the author'));
  }

  @UseGuards(never)
  @SubscribeMessage('guarded')
  guarded(): string {
    return 'never';
  }

  @SubscribeMessage('by hand')
  byHand(@Ack() ack: (data: string) => void): void {
    setImmediate(ack, 'by hand');
  }

  @SubscribeMessage('by no hand')
  byNoHand(@Ack() _ack: () => void): never {
    throw new Error('of the author');
  }

  @UseGuards(never)
  @SubscribeMessage('guarded hand')
  guardedHand(@Ack() ack: () => void): void {
    ack();
  }

  @UseGuards(failing)
  @SubscribeMessage('badly guarded')
  badlyGuarded(): string {
    return 'never';
  }

  @UsePipes(refusing)
  @SubscribeMessage('refused')
  refused(@MessageBody() data: unknown): unknown {
    return data;
  }

  @SubscribeMessage('parsed')
  parsed(@MessageBody('count', ParseIntPipe) count: number): number {
    return count + 1;
  }

  @UseInterceptors(calming)
  @SubscribeMessage('calmed')
  calmed(): never {
    throw new Error('of the author');
  }

  @UseInterceptors(swallowing)
  @SubscribeMessage('swallowed')
  swallowed(): string {
    return 'never';
  }
}

@WebSocketGateway({ path: '/bare' })
class BareGateway extends Handlers {}

@WebSocketGateway({ path: '/silent' })
@UseFilters(SilentFilter)
class SilentGateway extends Handlers {}

@WebSocketGateway({ path: '/dressed' })
@UseInterceptors(Louder)
@UsePipes(upper)
@UseFilters(SilentFilter)
class DressedGateway extends Handlers {}

/** A guard of the whole class, and a filter on a method of its own. */
@WebSocketGateway({ path: '/closed' })
@UseGuards(never)
class ClosedGateway {
  @SubscribeMessage('open')
  open(): void {}

  @UseFilters(SilentFilter)
  @SubscribeMessage('quiet')
  quiet(): void {}
}

const gateways = [BareGateway, SilentGateway, DressedGateway, ClosedGateway];
const INTERNAL = { event: 'error', data: { code: 'internal' } };

describe.each([
  ['nothing', '/bare'],
  ['a silent filter', '/silent'],
  ['a silent filter, an interceptor and a pipe', '/dressed'],
])('a gateway whose author added %s', (_what, path) => {
  const dressed = path === '/dressed';
  const silent = path !== '/bare';
  let client: Client;

  beforeEach(async () => {
    const { wsUrl } = await startGateways({ gateways });
    client = await Client.open(wsUrl + path);
  });

  /** Asks, and makes sure that nothing but the one answer comes. */
  async function ask(event: string, data?: unknown) {
    const answer = await client.ask(event, data, 1);
    await client.ask('nothing', undefined, 'after');
    expect(client.waiting).toEqual([]);
    return answer;
  }

  it.each(['value', 'promise'])('answers with what a handler returned (%s)', async (event) => {
    expect(await ask(event, 'so')).toEqual({ event: 'ack', id: 1, data: dressed ? 'SO!' : 'so' });
  });

  it('answers a handler that returned nothing with an ack', async () => {
    expect(await ask('nothing')).toEqual({ event: 'ack', id: 1 });
  });

  it('answers with every value of a stream', async () => {
    client.send({ event: 'several', id: 1 });
    const data = dressed ? ['a!', 'b!'] : ['a', 'b'];
    expect(await client.jsons(2)).toEqual([
      { event: 'ack', id: 1, data: data[0] },
      { event: 'ack', data: data[1] },
    ]);
  });

  it('lets a handler answer by hand', async () => {
    expect(await client.ask('by hand', undefined, 1)).toEqual({ event: 'ack', id: 1, data: 'by hand' });
  });

  it('answers later', async () => {
    expect(await ask('later')).toEqual({ event: 'ack', id: 1, data: 'late' });
  });

  it.each(['throw', 'reject', 'by no hand', 'badly guarded', 'swallowed'])(
    'answers %s with an error, and with nothing else',
    async (event) => {
      expect(await ask(event)).toMatchObject(INTERNAL);
    },
  );

  it.each([
    ['guarded', 'forbidden'],
    ['guarded hand', 'forbidden'],
    ['refused', 'invalid'],
    ['parsed', 'invalid'],
  ])('answers %s with an error: its own word, unless a filter took it and said nothing', async (event, code) => {
    expect(await ask(event, { count: 'many' })).toMatchObject({
      event: 'error',
      data: { code: silent ? 'internal' : code },
    });
  });

  it('lets pipes of a parameter have their say', async () => {
    expect(await ask('parsed', { count: '41' })).toMatchObject({ event: 'ack', data: 42 });
  });

  it('lets an interceptor answer in the place of an error', async () => {
    expect(await ask('calmed')).toMatchObject({ event: 'ack', data: dressed ? 'never mind!' : 'never mind' });
  });
});

describe('a guard of a whole gateway', () => {
  it.each([
    ['open', 'forbidden'],
    ['quiet', 'internal'],
  ])('is never answered by an ack, whatever a filter makes of it (%s)', async (event, code) => {
    const { wsUrl } = await startGateways({ gateways });
    const client = await Client.open(`${wsUrl}/closed`);
    expect(await client.ask(event)).toMatchObject({ event: 'error', data: { code } });
  });
});
