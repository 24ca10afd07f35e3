/** A gateway may compress as its author likes: its options are between ws and its clients. */
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { connectionOf } from '../../src/gateway/connection.ts';
import { bytesOf } from '../../src/gateway/wire/frame-bytes.ts';
import { Client } from '../support/client.ts';
import { startGateways } from '../support/in-process.ts';

const LONG = 'the bells ring at noon, '.repeat(100);

describe('a gateway with options of its own', () => {
  let socket: WebSocket;

  @WebSocketGateway({ path: '/context', perMessageDeflate: { threshold: 0, serverNoContextTakeover: false } })
  class ContextGateway {
    handleConnection(its: WebSocket): void {
      socket = its;
    }

    @SubscribeMessage('echo')
    echo(): string {
      return LONG;
    }
  }

  @WebSocketGateway({ path: '/none', perMessageDeflate: false })
  class NoneGateway {}

  it.each([true, false])(
    'compresses in its own way, context and all, and shared frames fit in (COMPRESSION=%s)',
    async (compression) => {
      const { wsUrl } = await startGateways({ gateways: [ContextGateway], settings: { compression } });
      const client = await Client.open(`${wsUrl}/context`);
      const connection = connectionOf(socket);
      expect(connection.deflateWindow).toBeUndefined();
      for (let i = 0; i < 4; i += 1) {
        socket.send(`ws ${i} ${LONG}`);
        connection.share(bytesOf([{ payload: `shared ${i} ${LONG}`, binary: false }]));
        expect((await client.frame()).text).toBe(`ws ${i} ${LONG}`);
        expect((await client.frame()).text).toBe(`shared ${i} ${LONG}`);
        expect(await client.ask('echo')).toMatchObject({ data: LONG });
      }
    },
  );

  it('may refuse to compress although the server does', async () => {
    const { wsUrl } = await startGateways({ gateways: [NoneGateway], settings: { compression: true } });
    expect((await Client.open(`${wsUrl}/none`)).socket.extensions).toBe('');
  });
});
