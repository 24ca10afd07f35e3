/** An answer that cannot be written as JSON is its gateway's defect: logged whole, told as `internal`, and nobody else's trouble. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Catch, UseFilters } from '@nestjs/common';
import type { ExceptionFilter, LoggerService } from '@nestjs/common';
import { Ack, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { from, map, of, Subject, throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import { Later } from '../../src/gateway/messages/later.ts';
import { Client } from '../support/client.ts';
import { startGateways } from '../support/in-process.ts';

const circular: Record<string, unknown> = {};
circular['self'] = circular;

/** A value that comes when the handler's own turn is over. */
let values = new Subject<unknown>();

/** Fails at whatever it is to take. */
@Catch()
class FailingFilter implements ExceptionFilter {
  catch(): never {
    throw new Error('the filter fell asleep');
  }
}

@WebSocketGateway({ path: '/unsendable' })
class UnsendableGateway {
  @SubscribeMessage('value')
  value(): unknown {
    return circular;
  }

  @SubscribeMessage('big')
  big(): unknown {
    return { count: 10n };
  }

  @SubscribeMessage('later')
  later(): Later<unknown> {
    return new Later(Promise.resolve(circular));
  }

  @SubscribeMessage('by hand, later')
  byHand(@Ack() ack: (value: unknown) => void): void {
    setImmediate(ack, circular);
  }

  @SubscribeMessage('first of a stream')
  first(): Observable<unknown> {
    return of(circular);
  }

  @SubscribeMessage('stream')
  stream(): Observable<unknown> {
    return of('a', circular, 10n, 'b');
  }

  @SubscribeMessage('slow stream')
  slow(): Observable<unknown> {
    return values;
  }

  @UseFilters(FailingFilter)
  @SubscribeMessage('filtered stream')
  filtered(): Observable<unknown> {
    return from(['a', 'b']).pipe(map((value) => (value === 'a' ? value : failure())));
  }

  @UseFilters(FailingFilter)
  @SubscribeMessage('filtered at once')
  atOnce(): Observable<unknown> {
    return throwError(failure);
  }

  @SubscribeMessage('fine')
  fine(): string {
    return 'fine';
  }
}

function failure(): never {
  throw new Error('of the author');
}

const INTERNAL = { event: 'error', data: { code: 'internal', temporary: true } };

const ignore = (): void => undefined;
const logged: unknown[] = [];
const logger: LoggerService = { log: ignore, warn: ignore, error: (line: unknown) => logged.push(line) };
let client: Client;

beforeEach(async () => {
  logged.length = 0;
  values = new Subject();
  const { wsUrl } = await startGateways({ gateways: [UnsendableGateway], logger });
  client = await Client.open(`${wsUrl}/unsendable`);
});

describe('an answer that cannot be written', () => {
  it.each(['value', 'big', 'later', 'by hand, later', 'first of a stream'])(
    'is one error with the request’s id, and one line in the log (%s)',
    async (event) => {
      expect(await client.ask(event, undefined, 1)).toEqual({ ...INTERNAL, id: 1, data: expect.any(Object) });
      expect(await client.ask('fine')).toMatchObject({ data: 'fine' });
      expect(client.waiting).toEqual([]);
      expect(logged).toEqual([expect.stringMatching(/^\/unsendable .+TypeError: /s)]);
    },
  );

  it('leaves the other values of its stream as they are', async () => {
    client.send({ event: 'stream', id: 1 });
    expect(await client.jsons(4)).toMatchObject([
      { event: 'ack', id: 1, data: 'a' },
      { event: 'error', data: { code: 'internal' } },
      { event: 'error', data: { code: 'internal' } },
      { event: 'ack', data: 'b' },
    ]);
    expect(logged).toHaveLength(2);
  });

  it('does not reach whoever gave it to a stream, nor the process', async () => {
    client.send({ event: 'slow stream', id: 1 });
    while (!values.observed) await nextTurn();
    values.next('a');
    expect(() => values.next(circular)).not.toThrow();
    values.next('b');
    expect(await client.jsons(3)).toMatchObject([{ id: 1, data: 'a' }, INTERNAL, { data: 'b' }]);
  });
});

describe('a filter that fails itself', () => {
  it.each([
    ['filtered stream', 1],
    ['filtered at once', 0],
  ])('is told of and logged, however much of the stream has gone out (%s)', async (event, before) => {
    client.send({ event, id: 1 });
    const answers = await client.jsons(before + 1);
    expect(answers[0]).toMatchObject({ id: 1 });
    expect(answers.at(-1)).toMatchObject(INTERNAL);
    expect(logged).toEqual([expect.stringContaining('the filter fell asleep')]);
    expect(await client.ask('fine')).toMatchObject({ data: 'fine' });
  });
});
