/** How the process ends: with a word to every client, and in time. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { Client } from '../support/client.ts';
import { startServer } from '../support/server-process.ts';

describe('a server that is told to end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'at %s closes every client with 1012 and a reason, and exits with 0',
    async (signal) => {
      const server = await startServer();
      const clients = await Promise.all(['/', '/ws', '/ws'].map(async (path) => Client.open(server.wsUrl + path)));
      const ended = server.stop(signal);
      for (const client of clients) {
        expect(await client.closed).toEqual({ code: 1012, reason: 'the server restarts, come back' });
      }
      expect(await ended).toEqual({ code: 0, signal: null });
      expect(server.output()).toMatch('said goodbye to 3 clients');
    },
  );

  it('tells each client its own turn, serves it until then, and lets it go at it', async () => {
    const server = await startServer({ DRAIN_SECONDS: '3' });
    const clients: Client[] = [];
    for (let i = 0; i < 6; i += 1) clients.push(await Client.joined(`${server.wsUrl}/ws`, 'news'));
    const order: number[] = [];
    const gone = clients.map(async (client, index) => {
      const closing = await client.closed;
      order.push(index);
      return closing;
    });
    const ended = server.stop();
    const goodbyes = await Promise.all(clients.map(async (client) => client.event('goodbye')));
    const slots = goodbyes.map(({ data }) => data as { after: number; reason: string });
    // 0.7 of the 3 seconds, in equal steps.
    expect(slots).toEqual([0, 350, 700, 1050, 1400, 1750].map((after) => ({ after, reason: 'restarting' })));

    const last = clients[5] as Client;
    expect(await last.ask('message', { channel: 'news', text: 'still here' })).toMatchObject({ event: 'ack' });
    await expect(Client.open(`${server.wsUrl}/ws`)).rejects.toThrow('503');

    for (const closing of await Promise.all(gone)) expect(closing.code).toBe(1012);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  it('exits with 0 within DRAIN_SECONDS although a client does not answer the goodbye', async () => {
    const server = await startServer({ DRAIN_SECONDS: '1' });
    const deaf = await Client.open(`${server.wsUrl}/ws`);
    deaf.socket.pause();
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(server.output()).toMatch('1 of 1 clients did not answer');
    deaf.socket.terminate();
  });

  it('waits for no connection that has asked for nothing', async () => {
    const server = await startServer({ DRAIN_SECONDS: '600' });
    const idle = connect(server.port, '127.0.0.1');
    const half = connect(server.port, '127.0.0.1');
    // How the server gets rid of them is its own affair.
    for (const socket of [idle, half]) socket.on('error', () => undefined);
    half.write('GET /ws HTTP/1.1\r\nHost: x\r\n');
    await Promise.all([once(idle, 'connect'), once(half, 'connect')]);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });

  it('ends at once at a second signal', async () => {
    const server = await startServer({ DRAIN_SECONDS: '600' });
    const deaf = await Client.open(`${server.wsUrl}/ws`);
    deaf.socket.pause();
    const ended = server.stop();
    await new Promise<void>((resolve) => {
      server.child.stdout?.on('data', () => /leaving within/.test(server.output()) && resolve());
    });
    server.child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 1, signal: null });
    deaf.socket.terminate();
  });
});
