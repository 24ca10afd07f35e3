/** What somebody may do who shows no token, and how one is shown later, in a frame. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connections } from '../../src/gateway/connections.ts';
import { Client } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';
import { RawClient } from '../support/raw-client.ts';
import { SECRET, tokenFor } from '../support/tokens.ts';
import { startServer } from '../support/server-process.ts';

const withTokens = { authJwtSecret: SECRET } as const;

describe('without a token', () => {
  it('everything is allowed by default', async () => {
    const client = await Client.joined(`${(await startBelfry()).wsUrl}/ws`, 'news');
    expect(await client.ask('message', { channel: 'news', text: 'hi' })).toMatchObject({ event: 'ack' });
  });

  it('all but to publish is allowed under ANONYMOUS=read', async () => {
    const { wsUrl } = await startBelfry({ anonymous: 'read' });
    const client = await Client.joined(`${wsUrl}/ws`, 'news');
    expect(await client.ask('message', { channel: 'news', text: 'hi' })).toMatchObject({ data: { code: 'forbidden' } });
    expect(await client.ask('history', { channel: 'news' })).toMatchObject({ event: 'ack' });
    const plain = await Client.open(wsUrl);
    await plain.json();
    plain.send({ id: 'Guy', text: 'hi' });
    expect(await plain.json()).toMatchObject({ system: true, error: 'forbidden' });
  });

  it('nothing of /ws is told under ANONYMOUS=none until the first frame proves who it is', async () => {
    const { wsUrl } = await startBelfry({ ...withTokens, anonymous: 'none' });
    const client = await Client.open(`${wsUrl}/ws`);
    // What follows the token is handled in its turn.
    client.send({ event: 'auth', id: 1, data: { token: await tokenFor({ name: 'Ann' }) } });
    client.send({ event: 'join', id: 2, data: { channel: 'news' } });
    expect(await client.json()).toMatchObject({ event: 'ack', id: 1, data: { user: { id: 'ann', name: 'Ann' } } });
    expect(await client.json()).toMatchObject({ event: 'welcome', data: { user: { id: 'ann' } } });
    expect(await client.json()).toMatchObject({ event: 'ack', id: 2 });
  });

  it('nor is anything of /', async () => {
    const { wsUrl } = await startBelfry({ ...withTokens, anonymous: 'none' });
    const client = await Client.open(wsUrl);
    client.send({ type: 'auth', token: await tokenFor() });
    expect(await client.json()).toMatchObject({ system: true, text: '你已连接公告频道' });
  });

  it.each([
    ['something else', JSON.stringify({ event: 'join', id: 1, data: { channel: 'news' } })],
    ['what is no JSON', 'hello'],
    ['a token that is not taken', JSON.stringify({ event: 'auth', data: { token: 'x' } })],
  ])('who sends %s first is closed with 4500', async (_what, frame) => {
    const { wsUrl } = await startBelfry({ ...withTokens, anonymous: 'none' });
    const client = await Client.open(`${wsUrl}/ws`);
    client.send(frame);
    client.send({ event: 'auth', data: { token: await tokenFor() } });
    expect(await client.json()).toMatchObject({ event: 'error', data: { code: 'unauthorized' } });
    expect(await client.closed).toMatchObject({ code: 4500 });
    expect(client.waiting).toEqual([]);
  });

  it('who sends nothing is closed with 4500 when its time is over', async () => {
    const { wsUrl } = await startBelfry({ ...withTokens, anonymous: 'none', authTimeout: 50 });
    const client = await Client.open(`${wsUrl}/ws`);
    expect(await client.json()).toMatchObject({ event: 'error', data: { code: 'unauthorized' } });
    expect(await client.closed).toMatchObject({ code: 4500 });
  });

  it('who waits to prove who it is takes room, and gives it back', async () => {
    const { wsUrl, app } = await startBelfry({ ...withTokens, anonymous: 'none', maxConnections: 1 });
    const waiting = await Client.open(`${wsUrl}/ws`);
    await expect(Client.open(`${wsUrl}/ws`)).rejects.toThrow('503');
    await waiting.close();
    await app.get(Connections).empty();
    const next = await Client.open(`${wsUrl}/ws`);
    next.send({ event: 'auth', data: { token: await tokenFor() } });
    expect(await next.event('welcome')).toBeDefined();
  });
});

describe('a token in a frame', () => {
  it('makes a guest a user, who is told what it may do', async () => {
    const { wsUrl } = await startBelfry({ ...withTokens, anonymous: 'read' });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    const permissions = [{ channel: 'news', allow: ['join', 'publish'] }];
    const exp = Math.floor(Date.now() / 1000) + 60;
    const ack = await client.ask('auth', { token: await tokenFor({ permissions, exp }) });
    expect(ack.data).toEqual({ user: { id: 'ann' }, permissions, expiresIn: expect.any(Number) });
    const { expiresIn } = ack.data as { expiresIn: number };
    expect(expiresIn).toBeGreaterThan(0);
    expect(expiresIn).toBeLessThanOrEqual(60_000);
    await client.ask('join', { channel: 'news' });
    await client.ask('message', { channel: 'news', text: 'hi' });
    const page = await client.ask('history', { channel: 'news' });
    expect(page.data).toMatchObject({ code: 'forbidden' });
  });

  it('that is not taken changes nothing', async () => {
    const { wsUrl } = await startBelfry(withTokens);
    const client = await Client.welcomed(`${wsUrl}/ws`);
    for (const data of [{ token: 'x' }, { token: 1 }, undefined]) {
      expect(await client.ask('auth', data)).toMatchObject({ event: 'error' });
    }
    expect(await client.ask('join', { channel: 'news' })).toMatchObject({ event: 'ack' });
  });

  it('of somebody else is forbidden to who is somebody', async () => {
    const { wsUrl } = await startBelfry(withTokens);
    const client = await Client.welcomed(`${wsUrl}/ws`);
    await client.ask('auth', { token: await tokenFor() });
    const answer = await client.ask('auth', { token: await tokenFor({ sub: 'bob' }) });
    expect(answer.data).toMatchObject({ code: 'forbidden' });
  });

  it('ends what the client may no longer hear, and says which', async () => {
    const { wsUrl } = await startBelfry(withTokens);
    const client = await Client.joined(`${wsUrl}/ws`, 'news');
    await client.ask('join', { channel: 'other' });
    client.send({
      event: 'auth',
      id: 1,
      data: { token: await tokenFor({ permissions: [{ channel: 'other', allow: ['join'] }] }) },
    });
    expect(await client.json()).toMatchObject({ event: 'error', data: { code: 'forbidden', channel: 'news' } });
    expect(await client.json()).toMatchObject({ event: 'ack', id: 1 });
    const author = await Client.welcomed(`${wsUrl}/ws`);
    await author.ask('message', { channel: 'news', text: 'unheard' });
    await author.ask('message', { channel: 'other', text: 'heard' });
    expect(await client.json()).toMatchObject({ event: 'message', data: { channel: 'other', text: 'heard' } });
  });

  it('has who was present as a guest be there as the user, and leave as that', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'belfry-rules-'));
    const channelsFile = join(directory, 'channels.json');
    writeFileSync(channelsFile, '{"room-*": {"presence": true}}');
    const { wsUrl } = await startBelfry({ ...withTokens, channelsFile });
    rmSync(directory, { recursive: true });
    const watcher = await Client.joined(`${wsUrl}/ws`, 'room-1');
    const client = await Client.joined(`${wsUrl}/ws?name=Guy`, 'room-1');
    await client.ask('auth', { token: await tokenFor() });
    const users = async (): Promise<unknown> => {
      const { data } = await watcher.ask('presence', { channel: 'room-1' });
      return (data as { users: Array<{ id: string }> } | undefined)?.users.slice(1).map(({ id }) => id);
    };
    expect(await users()).toEqual(['ann']);
    await client.ask('leave', { channel: 'room-1' });
    expect(await users()).toEqual([]);
  });
});

describe('a server that anybody may reach', () => {
  const warning = 'whoever can reach this server can publish';

  it.each([
    [{ HOST: '0.0.0.0' }, true],
    [{ HOST: '127.0.0.1' }, false],
    [{ HOST: '0.0.0.0', ANONYMOUS: 'read' }, false],
  ])('warns once when it starts with %j: %s', async (env, isWarned) => {
    const server = await startServer(env);
    await server.stop();
    expect(server.output().split(warning)).toHaveLength(isWarned ? 2 : 1);
  });

  it('never writes a token into its log', async () => {
    const server = await startServer({ AUTH_JWT_SECRET: SECRET, AUTH_QUERY_TOKEN: 'true', LOG_LEVEL: 'debug' });
    const good = await tokenFor();
    const bad = `${good.slice(0, -4)}AAAA`;
    for (const token of [good, bad]) {
      await Client.open(`${server.wsUrl}/ws`, [`bearer.${token}`]);
      await Client.open(`${server.wsUrl}/ws?token=${token}`);
      await RawClient.open(server.port, '/ws', { Authorization: `Bearer ${token}` });
      const client = await Client.welcomed(`${server.wsUrl}/ws`);
      await client.ask('auth', { token });
    }
    await server.stop();
    expect(server.output()).toMatch('open http://');
    for (const part of [good.split('.')[1], good.split('.')[2], 'AAAA', SECRET])
      expect(server.output()).not.toMatch(part ?? '');
  });
});
