/** Whoever is silent is pinged; whoever stays silent is let go. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { connectionOf } from '../../src/gateway/connection.ts';
import type { Connection } from '../../src/gateway/connection.ts';
import { Connections } from '../../src/gateway/connections.ts';
import { Client } from '../support/client.ts';
import { startBelfry, startGateways } from '../support/in-process.ts';
import { startServer } from '../support/server-process.ts';

let connected: (connection: Connection) => void;
let disconnected: (connection: Connection) => void;

@WebSocketGateway({ path: '/ward' })
class WardGateway {
  handleConnection(socket: WebSocket): void {
    connected(connectionOf(socket));
  }

  @SubscribeMessage('alive')
  alive(): number {
    return 1;
  }

  handleDisconnect(socket: WebSocket): void {
    disconnected(connectionOf(socket));
  }
}

const SHORT = { heartbeatInterval: 100, heartbeatTimeout: 100 };
const LONG = { heartbeatInterval: 3_600_000, heartbeatTimeout: 3_600_000 };

describe('the heartbeat', () => {
  // It used to stop at the first moment of the leave, which may last minutes: proxies then cut off who waits for its turn.
  it('goes on while the server leaves, for those whose turn has not come', async () => {
    const { app, wsUrl } = await startBelfry({ ...SHORT, drainSeconds: 2 });
    const first = await Client.open(`${wsUrl}/ws`);
    const last = await Client.open(`${wsUrl}/ws`);
    const leaving = app.close();
    await first.closed;
    await once(last.socket, 'ping');
    expect(last.socket.readyState).toBe(last.socket.OPEN);
    await leaving;
  });

  let connection: Promise<Connection>;
  let gone: Promise<Connection>;

  beforeEach(() => {
    connection = new Promise((resolve) => (connected = resolve));
    gone = new Promise((resolve) => (disconnected = resolve));
  });

  it('pings a silent client with a protocol frame, and keeps one that answers', async () => {
    const { wsUrl, app } = await startGateways({ gateways: [WardGateway], settings: SHORT });
    const client = await Client.open(`${wsUrl}/ward`);
    // Five pings take longer than it takes a client that does not answer to be closed.
    for (let i = 0; i < 5; i += 1) await once(client.socket, 'ping');
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    expect(app.get(Connections).size).toBe(1);
  });

  it('closes a client that never answers pings with 4000', async () => {
    const { wsUrl } = await startGateways({ gateways: [WardGateway], settings: SHORT });
    const client = await Client.open(`${wsUrl}/ward`, [], { autoPong: false });
    await once(client.socket, 'ping');
    expect(await client.closed).toEqual({ code: 4000, reason: 'no sign of life' });
  });

  it('pings once, and closes only who was asked and did not answer', async () => {
    const settings = { heartbeatInterval: 50, heartbeatTimeout: 500 };
    const { wsUrl } = await startGateways({ gateways: [WardGateway], settings });
    const client = await Client.open(`${wsUrl}/ward`, [], { autoPong: false });
    let pings = 0;
    client.socket.on('ping', () => (pings += 1));
    expect((await client.closed).code).toBe(4000);
    expect(pings).toBe(1);
  });

  it('does not take a pause of its own process for the silence of its clients', async () => {
    const server = await startServer({ HEARTBEAT_INTERVAL: '1s', HEARTBEAT_TIMEOUT: '1s' });
    const client = await Client.open(`${server.wsUrl}/ws`);
    await once(client.socket, 'ping');
    server.child.kill('SIGSTOP');
    await pause(3000);
    server.child.kill('SIGCONT');
    await once(client.socket, 'ping');
    await once(client.socket, 'ping');
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    await server.stop();
  });

  it('lets a half-open connection go: a client that vanished without a FIN', async () => {
    const { port, app } = await startGateways({ gateways: [WardGateway], settings: SHORT });
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /ward HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n');
    socket.write('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
    socket.pause();
    const vanished = await connection;
    expect(await gone).toBe(vanished);
    expect(app.get(Connections).size).toBe(0);
    socket.destroy();
  });

  it('counts a message that was handled as a sign of life', async () => {
    const { wsUrl } = await startGateways({ gateways: [WardGateway], settings: LONG });
    const client = await Client.open(`${wsUrl}/ward`);
    const ward = await connection;
    ward.lastSeen = 0;
    await client.ask('alive');
    expect(ward.lastSeen).toBeGreaterThan(0);
  });

  it.each(['ping', 'pong'] as const)('counts a %s frame as a sign of life', async (frame) => {
    const { wsUrl } = await startGateways({ gateways: [WardGateway], settings: LONG });
    const client = await Client.open(`${wsUrl}/ward`);
    const ward = await connection;
    ward.lastSeen = 0;
    client.socket[frame]();
    while (ward.lastSeen === 0) await nextTurn();
    expect(ward.isOpen).toBe(true);
  });

  it('keeps a client whose silence is our doing, because we do not read it', async () => {
    const { wsUrl } = await startGateways({ gateways: [WardGateway], settings: SHORT });
    const busy = await Client.open(`${wsUrl}/ward`, [], { autoPong: false });
    (await connection).unread = true;
    const silent = await Client.open(`${wsUrl}/ward`, [], { autoPong: false });
    expect((await silent.closed).code).toBe(4000);
    expect(busy.socket.readyState).toBe(busy.socket.OPEN);
  });

  it('watches over / and /ws alike', async () => {
    const { wsUrl } = await startBelfry(SHORT);
    for (const path of ['/', '/ws']) {
      const client = await Client.open(wsUrl + path, [], { autoPong: false });
      expect((await client.closed).code).toBe(4000);
    }
  });
});
