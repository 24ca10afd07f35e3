/** A gateway of raw frames: it gets what its clients send as it came, and stands on the same floor as every other. */
import { UseFilters, UseGuards, UseInterceptors, Catch } from '@nestjs/common';
import type { ArgumentsHost, NestInterceptor } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  WsException,
} from '@nestjs/websockets';
import { array, assert, asyncProperty, oneof, string, uint8Array } from 'fast-check';
import { from, map } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Server, WebSocket } from 'ws';
import { broadcast } from '../../src/gateway/broadcast.ts';
import { connectionOf } from '../../src/gateway/connection.ts';
import { GatewayError } from '../../src/gateway/messages/gateway-error.ts';
import { RawMessages } from '../../src/gateway/messages/raw.ts';
import type { RawFrame } from '../../src/gateway/messages/raw.ts';
import { Client } from '../support/client.ts';
import { startGateways } from '../support/in-process.ts';

@WebSocketGateway({ path: '/echo' })
class EchoGateway {
  @WebSocketServer()
  readonly server!: Server;

  @RawMessages()
  echo(@MessageBody() frame: RawFrame): RawFrame {
    return frame;
  }
}

/** Does what the frame says. */
@WebSocketGateway({ path: '/obey' })
class ObeyGateway {
  @RawMessages()
  async obey(@ConnectedSocket() socket: WebSocket, @MessageBody() { payload }: RawFrame): Promise<unknown> {
    switch (payload.toString()) {
      case 'text':
        return 'text';
      case 'bytes':
        return Buffer.from('bytes');
      case 'array':
        return new Uint8Array([1, 2, 3]).subarray(1);
      case 'slowly':
        return new Promise((resolve) => setImmediate(resolve, 'slowly'));
      case 'by the socket':
        return socket.send('by the socket');
      case 'object':
        return { no: 'frame' };
      case 'refuse':
        throw new GatewayError('forbidden');
      case 'refuse as Nest does':
        throw new WsException('not this');
      case 'say who you are':
        throw new GatewayError('unauthorized');
      case 'not now':
        throw new GatewayError('unavailable');
      case 'fail':
        throw new Error('of the author');
      default:
        return undefined;
    }
  }
}

@Catch()
class TellingFilter {
  catch(_exception: unknown, host: ArgumentsHost): void {
    host.switchToWs().getClient<WebSocket>().send('caught');
  }
}

const louder: NestInterceptor = {
  intercept: (_context, next) => next.handle().pipe(map((value) => (typeof value === 'string' ? `${value}!` : value))),
};

@WebSocketGateway({ path: '/dressed' })
class DressedGateway {
  @UseGuards({ canActivate: (context) => context.switchToWs().getData<RawFrame>().payload.length < 5 })
  @UseInterceptors(louder)
  @RawMessages()
  speak(@MessageBody() { payload, binary }: RawFrame): string {
    return `${payload.toString()} ${binary}`;
  }
}

@WebSocketGateway({ path: '/filtered' })
class FilteredGateway {
  @UseFilters(TellingFilter)
  @RawMessages()
  fail(): never {
    throw new Error('of the author');
  }
}

@WebSocketGateway({ path: '/letters' })
class LettersGateway {
  @RawMessages()
  letters(@MessageBody() { payload }: RawFrame): Observable<string> {
    return from(payload.toString());
  }
}

@WebSocketGateway({ path: '/closed' })
class ClosedGateway {
  handleConnection(): never {
    throw new GatewayError('forbidden');
  }

  @RawMessages()
  never(): void {}
}

@WebSocketGateway({ path: '/rooms/*' })
class RoomsGateway {
  @RawMessages()
  which(@ConnectedSocket() socket: WebSocket): string {
    return `${connectionOf(socket).path} ${connectionOf(socket).rest}`;
  }
}

@WebSocketGateway({ path: '/rooms/of/ours/*' })
class OurRoomsGateway extends RoomsGateway {}

@WebSocketGateway({ path: '/rooms/lobby' })
class LobbyGateway extends RoomsGateway {}

@WebSocketGateway({ path: '/echo' })
class EnvelopeGateway {
  @SubscribeMessage('quote')
  quote(): void {}
}

@WebSocketGateway({ path: '/both' })
class BothGateway {
  @SubscribeMessage('quote')
  quote(): void {}

  @RawMessages()
  raw(): void {}
}

@WebSocketGateway({ path: '/a*/b' })
class StarredGateway {}

const quiet = (): void => {};

const gateways = [EchoGateway, ObeyGateway, DressedGateway, FilteredGateway, LettersGateway, ClosedGateway];
const rooms = [RoomsGateway, OurRoomsGateway, LobbyGateway];

describe('a gateway of raw frames', () => {
  it('gets each frame as it came, text or binary, and sends back what it returns, in order', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const client = await Client.open(`${wsUrl}/echo`);
    const frame = oneof(string({ unit: 'binary' }), uint8Array({ maxLength: 300 }));
    await assert(
      asyncProperty(array(frame, { maxLength: 100 }), async (frames) => {
        const sent = frames.map((payload) => (typeof payload === 'string' ? payload : Buffer.from(payload)));
        for (const payload of sent) client.send(payload);
        for (const payload of sent) {
          expect(await client.frame()).toEqual({ text: payload.toString(), binary: Buffer.isBuffer(payload) });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('may answer with text, with bytes, later, by its socket, and not at all', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const client = await Client.open(`${wsUrl}/obey`);
    for (const word of ['text', 'bytes', 'nothing', 'array', 'slowly', 'by the socket']) client.send(word);
    expect(await client.frame()).toEqual({ text: 'text', binary: false });
    expect(await client.frame()).toEqual({ text: 'bytes', binary: true });
    expect(await client.frame()).toEqual({ text: '\u0002\u0003', binary: true });
    expect(await client.frame()).toEqual({ text: 'slowly', binary: false });
    expect(await client.frame()).toEqual({ text: 'by the socket', binary: false });
  });

  it('may answer with a stream, of which each value is a frame', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const client = await Client.open(`${wsUrl}/letters`);
    client.send('ab');
    expect([await client.frame(), await client.frame()].map(({ text }) => text)).toEqual(['a', 'b']);
  });

  it('may have guards, interceptors and filters as any other', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const [dressed, filtered] = [await Client.open(`${wsUrl}/dressed`), await Client.open(`${wsUrl}/filtered`)];
    dressed.send('ding');
    expect(await dressed.frame()).toEqual({ text: 'ding false!', binary: false });
    filtered.send('whatever');
    expect(await filtered.frame()).toEqual({ text: 'caught', binary: false });
    dressed.send('too long for the guard');
    expect((await dressed.closed).code).toBe(4504);
  });

  it.each([
    ['refuse', 4504],
    ['refuse as Nest does', 4504],
    ['say who you are', 4500],
    ['not now', 1011],
    ['fail', 1011],
    ['object', 1011],
  ])('has no error frames: "%s" closes the connection with %i, and nobody else', async (word, code) => {
    const { wsUrl } = await startGateways({ gateways });
    const [client, other] = [await Client.open(`${wsUrl}/obey`), await Client.open(`${wsUrl}/obey`)];
    client.send(word);
    client.send('text');
    expect((await client.closed).code).toBe(code);
    expect(client.waiting).toEqual([]);
    other.send('text');
    expect((await other.frame()).text).toBe('text');
  });

  it('closes with 4003 who sends too many frames, since it would miss some', async () => {
    const { wsUrl } = await startGateways({ gateways, settings: { frameRate: 10 } });
    const client = await Client.open(`${wsUrl}/echo`);
    for (let i = 0; i < 200; i += 1) client.send('x');
    expect((await client.closed).code).toBe(4003);
  });

  it('logs what its author did not foresee, and nothing else', async () => {
    const lines: string[] = [];
    const logger = { log: quiet, warn: quiet, error: (line: string) => lines.push(line) };
    const { wsUrl } = await startGateways({ gateways, logger });
    for (const word of ['refuse', 'fail']) {
      const client = await Client.open(`${wsUrl}/obey`);
      client.send(word);
      await client.closed;
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('of the author');
  });

  it('may turn a client away when it connects', async () => {
    const { wsUrl } = await startGateways({ gateways });
    const client = await Client.open(`${wsUrl}/closed`);
    expect((await client.closed).code).toBe(4504);
  });

  it('is closed with 1012 when the server leaves, and hears nothing that is not of its protocol', async () => {
    const { app, wsUrl } = await startGateways({ gateways });
    const client = await Client.open(`${wsUrl}/echo`);
    await app.close();
    expect((await client.closed).code).toBe(1012);
    expect(client.waiting).toEqual([]);
  });

  it('is kept alive by pings, and cut off with 4000 when it answers none', async () => {
    const { wsUrl } = await startGateways({ gateways, settings: { heartbeatInterval: 50, heartbeatTimeout: 50 } });
    const client = await Client.open(`${wsUrl}/echo`, [], { autoPong: false });
    expect((await client.closed).code).toBe(4000);
  });

  it.each([
    ['a gateway of events on the path of one of raw frames', EnvelopeGateway, /Two gateways on \/echo speak different/],
    ['a gateway of both', BothGateway, /BothGateway has both @RawMessages\(\) and @SubscribeMessage\(\)/],
    ['a star in the middle of a path', StarredGateway, /A star may stand at its end only/],
  ])('does not start with %s', async (_what, gateway, complaint) => {
    await expect(startGateways({ gateways: [EchoGateway, gateway] })).rejects.toThrow(complaint);
  });
});

describe('a path that ends in a star', () => {
  it.each([
    ['/rooms/one', '/rooms/* one'],
    ['/rooms/two%20words/and/more?with=query', '/rooms/* two words/and/more'],
    ['/rooms/of/ours/one', '/rooms/of/ours/* one'],
    ['/rooms/of/others', '/rooms/* of/others'],
    ['/rooms/*', '/rooms/* *'],
    ['/rooms/lobby', '/rooms/lobby undefined'],
  ])('is served at everything below: %s', async (path, answer) => {
    const { wsUrl } = await startGateways({ gateways: rooms });
    const client = await Client.open(wsUrl + path);
    client.send('which?');
    expect((await client.frame()).text).toBe(answer);
  });

  it.each(['/rooms', '/rooms/', '/roomsful', '/other', '/rooms/%E0%A4%A'])('is not served at %s', async (path) => {
    const { wsUrl } = await startGateways({ gateways: rooms });
    await expect(Client.open(wsUrl + path)).rejects.toThrow('404');
  });

  it('tells a plain request to upgrade', async () => {
    const { url } = await startGateways({ gateways: rooms });
    expect((await fetch(`${url}/rooms/one`)).status).toBe(426);
    expect((await fetch(`${url}/rooms/`)).status).toBe(404);
  });
});

describe('broadcast', () => {
  it('reaches all, and closes with 4001 who does not keep up', async () => {
    const { app, wsUrl } = await startGateways({ gateways });
    const [stopped, reading] = [await Client.open(`${wsUrl}/echo`), await Client.open(`${wsUrl}/echo`)];
    stopped.socket.pause();
    const connections = [...app.get(EchoGateway).server.clients].map((socket) => connectionOf(socket));
    const frame = { payload: Buffer.alloc(100_000, 'x'), binary: true };
    while (connections.every(({ isOpen }) => isOpen)) {
      broadcast(connections, frame, 500_000);
      expect((await reading.frame()).text).toHaveLength(100_000);
    }
    stopped.socket.resume();
    expect((await stopped.closed).code).toBe(4001);
    broadcast(connections, { payload: 'still here', binary: false }, 500_000);
    expect(await reading.frame()).toEqual({ text: 'still here', binary: false });
  });
});
