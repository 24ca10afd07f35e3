/** How many connections one address may have, how often it may connect, and whose address counts behind a proxy. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoggerService } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { startBelfry, startGateways } from '../../support/in-process.ts';
import type { TestServer } from '../../support/in-process.ts';
import { handshake } from '../../support/handshake.ts';
import type { Answer } from '../../support/handshake.ts';
import { createServer } from '../../../src/server.ts';
import { settingsWith } from '../../../src/settings/settings.ts';
import type { Settings } from '../../../src/settings/settings.ts';

/** Connects as a proxy does that passes the request of `address` on. */
const from = async ({ port }: TestServer, address: string): Promise<Answer> =>
  handshake(port, { 'X-Forwarded-For': address });

/** What clients of these addresses are answered, one after another. */
async function statuses(server: TestServer, ...addresses: readonly string[]): Promise<number[]> {
  const answers: number[] = [];
  for (const address of addresses) answers.push((await from(server, address)).status);
  return answers;
}

const behindProxy = (settings: Partial<Settings>) => startBelfry({ trustProxy: ['loopback'], ...settings });

describe('MAX_CONNECTIONS_PER_ADDRESS', () => {
  it('answers one more of an address with 429, and takes it when another has left', async () => {
    const server = await behindProxy({ maxConnectionsPerAddress: 2, drainSeconds: 1 });
    const first = await from(server, '203.0.113.7');
    expect(await statuses(server, '203.0.113.7', '203.0.113.8')).toEqual([101, 101]);
    const refused = await from(server, '203.0.113.7');
    expect(refused.status).toBe(429);
    expect(refused.header('Retry-After')).toBe('1');
    expect(JSON.parse(refused.body)).toMatchObject({ status: 429, code: 'too_many_connections' });
    first.socket.destroy();
    while ((await from(server, '203.0.113.7')).status !== 101);
    expect(await statuses(server, '203.0.113.7')).toEqual([429]);
  });

  it('counts a /64 of IPv6 as one address, and a mapped one as what it is', async () => {
    const server = await behindProxy({ maxConnectionsPerAddress: 1 });
    expect(await statuses(server, '2001:db8::1', '2001:db8::ffff:2', '2001:db8:0:1::1')).toEqual([101, 429, 101]);
    expect(await statuses(server, '203.0.113.7', '::ffff:203.0.113.7', '::ffff:203.0.113.8')).toEqual([101, 429, 101]);
  });

  it('does not count who was refused, whatever for', async () => {
    const server = await behindProxy({ maxConnectionsPerAddress: 1 });
    for (let i = 0; i < 5; i += 1) {
      const { status, socket } = await handshake(server.port, {
        'X-Forwarded-For': '203.0.113.7',
        Origin: 'https://x.y',
      });
      if (!socket.closed) await once(socket, 'close');
      expect(status).toBe(403);
    }
    expect(await statuses(server, '203.0.113.7')).toEqual([101]);
  });

  it('may be off', async () => {
    const server = await startBelfry({ maxConnectionsPerAddress: Infinity });
    for (let i = 0; i < 20; i += 1) expect((await handshake(server.port)).status).toBe(101);
  });
});

describe('HANDSHAKE_RATE', () => {
  it('lets ten seconds’ worth of an address in at once, and tells the others when to come back', async () => {
    const server = await behindProxy({ handshakeRate: 1 });
    for (let i = 0; i < 10; i += 1) expect(await statuses(server, '203.0.113.7')).toEqual([101]);
    const refused = await from(server, '203.0.113.7');
    expect(refused.status).toBe(429);
    expect(refused.header('Retry-After')).toBe('2');
    expect(JSON.parse(refused.body)).toMatchObject({ status: 429, code: 'too_many_handshakes' });
    expect(await statuses(server, '203.0.113.8')).toEqual([101]);
  });
});

describe('TRUST_PROXY', () => {
  it('is off: nobody gets another address by saying so', async () => {
    const server = await startBelfry({ maxConnectionsPerAddress: 1 });
    expect(await statuses(server, '203.0.113.7', '203.0.113.8')).toEqual([101, 429]);
  });

  it('believes the last proxy alone, however many addresses a client names itself', async () => {
    const server = await startBelfry({ maxConnectionsPerAddress: 1, trustProxy: 1 });
    expect(await statuses(server, '1.1.1.1, 203.0.113.7', '2.2.2.2, 203.0.113.7', '203.0.113.8')).toEqual([
      101, 429, 101,
    ]);
  });

  it('holds for plain HTTP as well', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'belfry-data-'));
    const app = await createServer(settingsWith({ dataDir, trustProxy: ['loopback'], logLevel: 'error' }));
    const seen: string[] = [];
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', async ({ ip }) => void seen.push(ip));
    await app.init();
    await app.inject({ url: '/health/live', headers: { 'X-Forwarded-For': '6.6.6.6, 203.0.113.7' } });
    await app.close();
    rmSync(dataDir, { recursive: true });
    expect(seen).toEqual(['203.0.113.7']);
  });

  it('is asked for in the log, once, when a proxy’s clients are refused as one', async () => {
    const lines: string[] = [];
    const logger = { log() {}, error() {}, warn: (line: string) => lines.push(line) } satisfies LoggerService;
    const { port } = await startGateways({ gateways: [AtHome], settings: { maxConnectionsPerAddress: 1 }, logger });
    for (let i = 0; i < 5; i += 1) await handshake(port, { 'X-Forwarded-For': '203.0.113.7' });
    expect(lines).toEqual([expect.stringMatching(/^refused 127\.0\.0\.1 with 429 too_many_connections.*TRUST_PROXY/)]);
  });
});

@WebSocketGateway({ path: '/ws' })
class AtHome {
  @SubscribeMessage('hello')
  hello(): void {
    // Nobody gets this far.
  }
}
