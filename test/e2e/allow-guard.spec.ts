/** `@Allow` guards gateways and controllers that somebody else wrote, too. */
import { Controller, Get, Injectable, Module, Param, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Allow } from '../../src/access/allow.decorator.ts';
import type { IdentifiedRequest } from '../../src/access/allow.decorator.ts';
import { Authenticator } from '../../src/gateway/upgrade/identity.ts';
import type { Identity } from '../../src/gateway/upgrade/identity.ts';
import type { Action } from '../../src/protocol/permissions.ts';
import { Client } from '../support/client.ts';
import { startGateways } from '../support/in-process.ts';

const reached: string[] = [];

@WebSocketGateway({ path: '/polls' })
class PollsGateway {
  @Allow('publish')
  @SubscribeMessage('vote')
  vote(@MessageBody() data: unknown): string {
    reached.push(JSON.stringify(data));
    return 'counted';
  }

  @Allow('publish', 'polls')
  @SubscribeMessage('open')
  open(): string {
    return 'opened';
  }
}

@Allow('join', 'private')
@WebSocketGateway({ path: '/private' })
class PrivateGateway {
  @SubscribeMessage('any')
  any(): string {
    return 'any';
  }
}

function somebody(channel: string, allow: readonly Action[], isAdmin = false): Identity {
  return { user: { id: 'ann' }, isGuest: false, permissions: [{ channel, allow }], isAdmin };
}

class Constant extends Authenticator {
  constructor(private readonly identity: Identity) {
    super();
  }

  authenticate(): Promise<Identity> {
    return Promise.resolve(this.identity);
  }

  renew(): Promise<Identity> {
    return Promise.resolve(this.identity);
  }
}

async function connect(identity: Identity, path = '/polls'): Promise<Client> {
  const gateways = [PollsGateway, PrivateGateway];
  const { wsUrl } = await startGateways({ gateways, authenticator: new Constant(identity) });
  return Client.open(wsUrl + path);
}

beforeEach(() => reached.splice(0));

describe("somebody else's gateway with @Allow", () => {
  it('is reached by who may, in the channel that the message names', async () => {
    const client = await connect(somebody('poll-*', ['publish']));
    expect(await client.ask('vote', { channel: 'poll-1' })).toMatchObject({ event: 'ack', data: 'counted' });
    expect((await client.ask('vote', { channel: 'other' })).data).toMatchObject({ code: 'forbidden' });
    expect(reached).toEqual(['{"channel":"poll-1"}']);
  });

  it('is reached in a channel that is always the same by who may there', async () => {
    expect((await (await connect(somebody('polls', ['publish']))).ask('open')).data).toBe('opened');
    expect((await (await connect(somebody('pol', ['publish']))).ask('open')).data).toMatchObject({ code: 'forbidden' });
  });

  it.each([
    ['nothing', undefined],
    ['a list', { channel: ['poll-1'] }],
    ['an object', { channel: { toString: 'poll-1' } }],
  ])('that is told %s as its channel is reached by nobody who may not be everywhere', async (_what, data) => {
    const client = await connect(somebody('poll-*', ['publish']));
    expect((await client.ask('vote', data)).data).toMatchObject({ code: 'forbidden' });
    expect(reached).toEqual([]);
  });

  it('may guard all of its handlers at once', async () => {
    expect((await (await connect(somebody('private', ['join']), '/private')).ask('any')).data).toBe('any');
    const client = await connect(somebody('private', ['publish']), '/private');
    expect((await client.ask('any')).data).toMatchObject({ code: 'forbidden' });
  });

  it('lets admins by', async () => {
    expect((await (await connect(somebody('x', [], true))).ask('vote', {})).data).toBe('counted');
  });
});

/** Finds out who sends a request, as a room with an HTTP interface does. */
@Injectable()
class ByHeader implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<IdentifiedRequest & { headers: Record<string, string> }>();
    const { may } = request.headers;
    if (may !== undefined) request.identity = somebody(may, ['history']);
    return true;
  }
}

@Controller('past')
@UseGuards(ByHeader)
class PastController {
  @Allow('history')
  @Get(':channel')
  read(@Param('channel') channel: string): object {
    return { channel };
  }
}

@Module({ controllers: [PastController] })
class Site {}

describe("somebody else's controller with @Allow", () => {
  it.each([
    ['news', 200],
    ['other', 403],
    [undefined, 401],
  ])('answers who may read %s with %d', async (may, status) => {
    const app = await NestFactory.create(Site, new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    const response = await fetch(`${await app.getUrl()}/past/news`, { headers: may === undefined ? {} : { may } });
    expect(response.status).toBe(status);
    await app.close();
  });
});
