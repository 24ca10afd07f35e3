/** A gateway is told of nobody before it is known who that is; how it is found out is another room's. */
import type { IncomingMessage } from 'node:http';
import { ConnectedSocket, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { OnGatewayConnection } from '@nestjs/websockets';
import { WebSocket } from 'ws';
import { connectionOf } from '../../src/gateway/connection.ts';
import { GatewayError } from '../../src/gateway/messages/gateway-error.ts';
import { Authenticator } from '../../src/gateway/upgrade/identity.ts';
import type { Identity } from '../../src/gateway/upgrade/identity.ts';
import type { Problem } from '../../src/gateway/upgrade/problem.ts';
import { Client } from '../support/client.ts';
import { startGateways } from '../support/in-process.ts';

const met: string[] = [];

@WebSocketGateway({ path: '/who' })
class WhoGateway implements OnGatewayConnection {
  handleConnection(socket: WebSocket): void {
    met.push(connectionOf(socket).user.id);
  }

  @SubscribeMessage('who')
  who(@ConnectedSocket() socket: WebSocket): string {
    return connectionOf(socket).user.id;
  }
}

const ANN: Identity = { user: { id: 'ann' }, isGuest: false, permissions: [], isAdmin: false };

/** Answers as the test says. */
class Oracle extends Authenticator {
  constructor(private readonly answer: (request: IncomingMessage) => Promise<Identity | Problem | undefined>) {
    super();
  }

  authenticate(request: IncomingMessage): Promise<Identity | Problem | undefined> {
    return this.answer(request);
  }

  renew(): Promise<Identity> {
    return Promise.resolve(ANN);
  }
}

async function start(answer: ConstructorParameters<typeof Oracle>[0], maxConnections = 10) {
  const server = await startGateways({
    gateways: [WhoGateway],
    authenticator: new Oracle(answer),
    settings: { maxConnections },
  });
  return `${server.wsUrl}/who`;
}

/** A promise that the test settles. */
class Later<T> {
  resolve!: (value: T) => void;
  readonly promise = new Promise<T>((resolve) => (this.resolve = resolve));
}

beforeEach(() => met.splice(0));

describe('whoever connects to a gateway', () => {
  it('is known to it from the first moment', async () => {
    const client = await Client.open(await start(() => Promise.resolve(ANN)));
    expect(await client.ask('who')).toMatchObject({ data: 'ann' });
    expect(met).toEqual(['ann']);
  });

  it('is refused in plain HTTP when it is known that nobody vouches for it', async () => {
    const problem = { status: 401, code: 'unauthorized', detail: 'No.', headers: { 'WWW-Authenticate': 'Bearer' } };
    await expect(Client.open(await start(() => Promise.resolve(problem)))).rejects.toThrow('401');
    expect(met).toEqual([]);
  });

  it.each([
    ['unauthorized', 4500],
    ['unavailable', 1013],
  ] as const)('is told %s in a frame when a page is to learn of it, and closed with %d', async (code, closing) => {
    const client = await Client.open(await start(() => Promise.reject(new GatewayError(code))));
    client.send({ event: 'who', id: 1 });
    expect(await client.json()).toMatchObject({ event: 'error', data: { code } });
    expect(await client.closed).toMatchObject({ code: closing });
    expect(client.waiting).toEqual([]);
    expect(met).toEqual([]);
  });

  it('is refused when it cannot be found out who it is, and nothing of the reason is told', async () => {
    await expect(Client.open(await start(() => Promise.reject(new Error('a secret'))))).rejects.toThrow('500');
  });

  it('takes room while it waits to be known', async () => {
    const asked = new Later<void>();
    const answer = new Later<Identity>();
    const url = await start(() => {
      asked.resolve();
      return answer.promise;
    }, 1);
    const first = Client.open(url);
    await asked.promise;
    await expect(Client.open(url)).rejects.toThrow('503');
    answer.resolve(ANN);
    expect(await (await first).ask('who')).toMatchObject({ data: 'ann' });
  });

  it("may have gone by then, to nobody's harm", async () => {
    const asked = new Later<WebSocket>();
    const hungUp = new Later<void>();
    const answer = new Later<Identity>();
    const url = await start(async (request) => {
      request.socket.once('end', () => hungUp.resolve());
      request.socket.resume();
      asked.resolve(client);
      return answer.promise;
    });
    const client = new WebSocket(url).on('error', () => {});
    (await asked.promise).terminate();
    await hungUp.promise;
    answer.resolve(ANN);
    const next = await Client.open(url);
    expect(await next.ask('who')).toMatchObject({ data: 'ann' });
    expect(met).toEqual(['ann']);
  });
});
