/** Whose pages may connect: ALLOWED_ORIGINS, REQUIRE_ORIGIN, and what holds without them. */
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Client } from '../../support/client.ts';
import { startBelfry } from '../../support/in-process.ts';
import type { TestServer } from '../../support/in-process.ts';
import type { Settings } from '../../../src/settings/settings.ts';

/** Connects as a page of `origin` would. @returns the status, 101 when it was let in, and the answer's body */
async function visit({ port, wsUrl }: TestServer, origin?: string, host?: string): Promise<[number, string]> {
  const headers = { ...(origin !== undefined && { Origin: origin }), ...(host !== undefined && { Host: host }) };
  try {
    const client = await Client.open(`${wsUrl}/ws`, [], { headers });
    await client.close();
    return [101, ''];
  } catch {
    const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
    const key = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const options = { port, host: '127.0.0.1', path: '/ws', headers: { ...upgrade, ...key, ...headers } };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(options, resolve).once('error', reject);
    });
    let body = '';
    for await (const chunk of answer) body += String(chunk);
    return [answer.statusCode ?? 0, body];
  }
}

const production = (settings: Partial<Settings> = {}) => startBelfry({ nodeEnv: 'production', ...settings });

describe('a page', () => {
  it('of the server’s own origin may connect, with the port that its scheme implies or without', async () => {
    const server = await production();
    for (const [origin, host] of [
      ['https://example.org', 'example.org'],
      ['https://example.org', 'example.org:443'],
      ['https://example.org', 'EXAMPLE.org'],
      ['http://example.org', 'example.org:80'],
      ['http://example.org:8080', 'example.org:8080'],
      ['http://[::1]:8080', '[::1]:8080'],
    ] as const) {
      expect(await visit(server, origin, host)).toEqual([101, '']);
    }
  });

  it.each([
    ['https://evil.example', 'example.org'],
    ['https://example.org.evil.example', 'example.org'],
    ['https://example.org:8443', 'example.org'],
    ['http://example.org', 'example.org:443'],
    ['https://example.org', 'user@example.org'],
    ['ftp://example.org', 'example.org'],
    ['https://example.org, https://evil.example', 'example.org'],
    ['null', 'null'],
    ['file://', 'example.org'],
    ['http://localhost:5173', 'localhost:8080'],
    ['', 'example.org'],
  ])('of %j is answered 403 by the host %s in production, and told which setting to change', async (origin, host) => {
    const [status, body] = await visit(await production(), origin, host);
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({
      code: 'origin_not_allowed',
      detail: expect.stringContaining('ALLOWED_ORIGINS'),
    });
  });

  it.each(['null', 'file://', 'http://localhost:5173', 'https://127.0.0.1', 'http://[::1]:3000'])(
    'of %s may connect outside production, when nothing is said about origins',
    async (origin) => {
      expect(await visit(await startBelfry(), origin)).toEqual([101, '']);
      const named = await startBelfry({ allowedOrigins: ['https://example.org'] });
      expect((await visit(named, origin))[0]).toBe(403);
    },
  );

  it('elsewhere may not connect outside production either', async () => {
    expect((await visit(await startBelfry(), 'https://evil.example'))[0]).toBe(403);
    expect((await visit(await startBelfry(), 'http://localhost.evil.example:80'))[0]).toBe(403);
  });

  it('that ALLOWED_ORIGINS names may connect, and so may the server’s own', async () => {
    const server = await production({ allowedOrigins: ['https://*.example.org', 'null'] });
    for (const origin of ['https://a.example.org', 'null', `http://127.0.0.1:${server.port}`]) {
      expect(await visit(server, origin)).toEqual([101, '']);
    }
    for (const origin of ['https://example.org', 'https://evil-example.org', 'http://a.example.org']) {
      expect((await visit(server, origin))[0]).toBe(403);
    }
  });

  it('of anybody may connect when ALLOWED_ORIGINS is a star', async () => {
    const server = await production({ allowedOrigins: ['*'] });
    for (const origin of ['https://anything.example', 'null']) expect(await visit(server, origin)).toEqual([101, '']);
  });
});

describe('a program, which names no origin,', () => {
  it('may connect', async () => {
    expect(await visit(await production())).toEqual([101, '']);
  });

  it('may not under REQUIRE_ORIGIN, and is told so', async () => {
    const server = await production({ requireOrigin: true });
    const [status, body] = await visit(server);
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({
      code: 'origin_not_allowed',
      detail: expect.stringContaining('REQUIRE_ORIGIN'),
    });
    expect(await visit(server, `http://127.0.0.1:${server.port}`)).toEqual([101, '']);
  });
});
