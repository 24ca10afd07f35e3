/** Several gateways share one port by path, and one path may have several gateways. */
import { MessageBody, SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import request from 'supertest';
import type { Server } from 'ws';
import { Client } from '../support/client.ts';
import { startBelfry, startGateways } from '../support/in-process.ts';

@WebSocketGateway({ path: '/quotes' })
class QuotesGateway {
  @WebSocketServer()
  readonly server!: Server;

  @SubscribeMessage('quote')
  quote(@MessageBody() { symbol }: { symbol: string }): object {
    return { symbol, price: 1, clients: this.server.clients.size };
  }
}

@WebSocketGateway({ path: '/quotes' })
class NewsGateway {
  @SubscribeMessage('news')
  news(): string {
    return 'none';
  }
}

@WebSocketGateway({ path: '/other' })
class OtherGateway {
  @SubscribeMessage('quote')
  quote(): string {
    return 'another';
  }
}

@WebSocketGateway()
class PathlessGateway {
  @SubscribeMessage('root')
  root(): string {
    return 'root';
  }
}

@WebSocketGateway({ path: '/' })
class RootGateway {
  @SubscribeMessage('too')
  too(): string {
    return 'too';
  }
}

@WebSocketGateway({ path: 'bare' })
class BareGateway {
  @SubscribeMessage('bare')
  bare(): string {
    return 'bare';
  }
}

@WebSocketGateway(8099, { path: '/own' })
class OwnPortGateway {}

const gateways = [QuotesGateway, NewsGateway, OtherGateway, PathlessGateway, RootGateway, BareGateway];

describe('gateways by path', () => {
  it('each hears the events of its own path', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const quotes = await Client.open(`${wsUrl}/quotes`);
    const other = await Client.open(`${wsUrl}/other?with=query`);
    expect((await quotes.ask('quote', { symbol: 'BEL' })).data).toEqual({ symbol: 'BEL', price: 1, clients: 1 });
    expect((await other.ask('quote')).data).toBe('another');
    expect((await other.ask('news')).data).toMatchObject({ code: 'unknown_event' });
  });

  it('share a path, each with its own events; an event of neither is answered once', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const client = await Client.open(`${wsUrl}/quotes`);
    expect((await client.ask('news')).data).toBe('none');
    expect((await client.ask('quote', { symbol: 'B' })).data).toMatchObject({ symbol: 'B' });
    client.send({ event: 'nobody', id: 1 });
    expect((await client.json()).data).toMatchObject({ code: 'unknown_event' });
    await client.ask('news');
    expect(client.waiting).toEqual([]);
  });

  it('share the root, whether they name it or not', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const client = await Client.open(wsUrl);
    expect((await client.ask('root')).data).toBe('root');
    expect((await client.ask('too')).data).toBe('too');
  });

  it('may be named with or without slashes around the name', async () => {
    const { wsUrl } = await startGateways({ gateways });
    expect((await (await Client.open(`${wsUrl}/bare`)).ask('bare')).data).toBe('bare');
  });

  it('may not ask for a port of their own: Belfry has one', async () => {
    await expect(startGateways({ gateways: [OwnPortGateway] })).rejects.toThrow('All gateways share one port, by path');
  });

  it.each(['/nope', '/quotes/', '/quotesx', '//quotes', '/bare/'])(
    'answer an upgrade at %s with 404 as JSON',
    async (path) => {
      const { url } = await startGateways({ gateways });
      const response = await request(url)
        .get(path)
        .set({ Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' })
        .set('Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA==');
      expect(response.status).toBe(404);
      expect(response.headers['content-type']).toMatch('application/problem+json');
      expect(response.body).toMatchObject({ status: 404, code: 'not_found', detail: expect.any(String) });
    },
  );
});

describe('a plain request', () => {
  it('to a path that only a gateway serves is told to upgrade, with 426', async () => {
    const { url } = await startBelfry();
    const response = await request(url).get('/ws');
    expect(response.status).toBe(426);
    expect(response.headers).toMatchObject({ upgrade: 'websocket', 'content-type': expect.stringContaining('json') });
    expect(response.body).toMatchObject({ code: 'upgrade_required' });
  });

  it('to such a path that is no GET is told so, with 405', async () => {
    const { url } = await startBelfry();
    for (const path of ['/', '/ws']) {
      const response = await request(url).post(path);
      expect(response.status).toBe(405);
      expect(response.headers).toMatchObject({ allow: 'GET' });
    }
  });

  it('to a path where nothing is gets 404', async () => {
    const { url } = await startBelfry();
    expect((await request(url).get('/nope')).body).toMatchObject({ status: 404, code: 'not_found' });
  });
});
