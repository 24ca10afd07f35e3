/** A stream through the proxy of docker-compose.cluster.yml: its events come when they happen, and not when there are many. */
import { Api, keyFile, newKey } from '../../support/api.ts';
import { TestStream } from '../../support/event-stream.ts';
import { startBelfry } from '../../support/in-process.ts';
import { describeWith } from '../../support/programs.ts';
import { Proxy } from '../../support/proxy.ts';

describeWith({ nginx: 'nginx-light', openssl: 'openssl' }, 'an event stream through the proxy', () => {
  let proxy: Proxy;
  let api: Api;
  let url: string;
  let ca: string;

  beforeEach(async () => {
    const key = newKey();
    const server = await startBelfry({ apiKeysFile: keyFile(key), trustProxy: ['private'] });
    api = new Api(server.url, key.key);
    proxy = await Proxy.start({ nodes: ['127.0.0.1'], port: server.port });
    ca = await proxy.certificate();
    url = `https://${proxy.host}/api/channels/news/stream?client=0123456789abcdef`;
  });

  afterEach(async () => proxy?.stop());

  it('hears one message while nothing follows it, and ends with its reason', async () => {
    const stream = await TestStream.open(url, {}, ca);
    const { data } = await stream.event('welcome');
    await api.post('/api/channels/news/messages', { text: 'alone' }).expect(201);
    // Were it held back until more comes, this would never be over: nothing more does.
    expect(await stream.next()).toMatchObject({ event: 'message', data: { text: 'alone' } });
    await api.delete(`/api/connections/${String(data['connection'])}`).expect(204);
    expect(await stream.next()).toMatchObject({ event: 'close', data: { code: 4501 } });
    await stream.ended;
  });
});
