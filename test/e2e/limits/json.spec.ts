/** What JSON may look like: how deep it is, and which keys it has. */
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Client } from '../../support/client.ts';
import { startBelfry, startGateways } from '../../support/in-process.ts';

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** Merges what it is sent, as people do. */
@WebSocketGateway({ path: '/merge' })
class MergeGateway {
  @SubscribeMessage('merge')
  merge(@MessageBody() data: object): object {
    const merged = Object.assign({}, data) as { isAdmin?: boolean };
    return { isAdmin: merged.isAdmin ?? false, keys: Object.keys(data) };
  }
}

describe('JSON that is nested too deeply', () => {
  it('is invalid, under the id of its request, and harms nobody', async () => {
    const { wsUrl } = await startBelfry();
    const client = await Client.welcomed(`${wsUrl}/ws`);
    client.send(`{"event":"ping","data":${nested(31)},"id":1}`);
    expect(await client.json()).toMatchObject({ event: 'pong', id: 1 });
    client.send(`{"event":"ping","data":${nested(32)},"id":2}`);
    expect(await client.json()).toMatchObject({
      event: 'error',
      id: 2,
      data: { code: 'invalid', message: 'The JSON is nested deeper than 32 levels.' },
    });
    client.send(`{"event":"ping","data":${nested(30_000)}}`);
    expect(await client.json()).toMatchObject({ event: 'error', data: { code: 'invalid' } });
    expect((await client.ask('ping')).event).toBe('pong');
  });

  it('counts as malformed: ten such frames in a row close the connection', async () => {
    const { wsUrl } = await startBelfry();
    const client = await Client.welcomed(`${wsUrl}/ws`);
    for (let i = 0; i < 10; i += 1) client.send(nested(33));
    expect((await client.closed).code).toBe(4502);
  });
});

describe('keys that mean something to JavaScript', () => {
  it.each(['__proto__', String.raw`__prot\u006f__`])('never reach a handler, also without a DTO (%s)', async (key) => {
    const { wsUrl } = await startGateways({ gateways: [MergeGateway] });
    const client = await Client.open(`${wsUrl}/merge`);
    client.send(
      `{"event":"merge","id":1,"data":{"${key}":{"isAdmin":true},"constructor":1,"prototype":2,"name":"Ann"}}`,
    );
    expect((await client.json()).data).toEqual({ isAdmin: false, keys: ['name'] });
  });

  it('are not in what is kept, nor in what the others hear', async () => {
    const { wsUrl } = await startBelfry();
    const [author, reader] = [await Client.joined(`${wsUrl}/ws`, 'news'), await Client.joined(`${wsUrl}/ws`, 'news')];
    author.send(`{"event":"message","data":{"channel":"news","data":{"a":[{"__proto__":{"b":1},"c":2}]}}}`);
    expect((await reader.frame()).text).toContain('"data":{"a":[{"c":2}]}');
    const { data } = await reader.ask('history', { channel: 'news' });
    expect(JSON.stringify(data?.['messages'])).toContain('"data":{"a":[{"c":2}]}');
  });
});
