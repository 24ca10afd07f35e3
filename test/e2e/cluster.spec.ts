/**
 * Several nodes behind the proxy of docker-compose.cluster.yml: its own command and configuration, a real Redis, real nodes.
 * What Docker gives is stood in for: addresses of loopback for those of the containers, and a name server that tells them.
 */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { WebSocket } from 'ws';
import { Belfry } from '../../client/sdk/index.ts';
import { freePort, RedisServer } from '../../src/engine/redis/redis-server.contract.ts';
import { Client } from '../support/client.ts';
import { describeWith } from '../support/programs.ts';
import { Proxy } from '../support/proxy.ts';
import { startServer } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';

const NODES = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
const PROGRAMS = { nginx: 'nginx-light', openssl: 'openssl', 'redis-server': 'redis-server' };

let port: number;
let proxy: Proxy;
let ca: string;

/** A request to the proxy, over TLS. */
async function ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  const asked = request(`https://${proxy.host}${path}`, { ca, ...options }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

/** Read at the node itself. */
async function connectionsOf(host: string): Promise<number> {
  const health = (await (await fetch(`http://${host}:${port}/health`)).json()) as {
    details: { clients: { connections: number } };
  };
  return health.details.clients.connections;
}

describeWith(PROGRAMS, 'three nodes behind the proxy', () => {
  let redis: RedisServer;
  let nodes: Map<string, ServerProcess>;
  const opened: Array<{ close(): unknown }> = [];

  const start = async (host: string): Promise<void> => {
    const env = { ENGINE: 'redis', REDIS_URL: redis.url, HOST: host, PORT: String(port), DRAIN_SECONDS: '2' };
    nodes.set(host, await startServer({ ...env, TRUST_PROXY: 'private' }));
  };

  const open = async (path = '/ws'): Promise<Client> => {
    const client = await Client.open(`wss://${proxy.host}${path}`, [], { ca });
    opened.push(client);
    return client;
  };

  /** The library, with a WebSocket that trusts the proxy's certificate. */
  const sdk = (): Belfry => {
    class Trusting extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols, { ca });
      }
    }
    const belfry = new Belfry(`wss://${proxy.host}/ws`, { WebSocket: Trusting });
    opened.push(belfry);
    return belfry;
  };

  beforeAll(async () => {
    redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always');
    port = await freePort();
    nodes = new Map();
    await Promise.all(NODES.map(start));
    proxy = await Proxy.start({ nodes: NODES, port });
    ca = await proxy.certificate();
  });

  afterEach(async () => {
    for (const client of opened.splice(0)) await client.close();
  });

  afterAll(async () => {
    await proxy?.stop();
    await Promise.all([...nodes.values()].map((node) => node.stop()));
    await redis.remove();
  });

  it('are reached over TLS, with a certificate for localhost where there is no other; http:// is sent there', async () => {
    expect((await ask('/health/ready')).status).toBe(200);
    const plain = await fetch(`http://${proxy.host}/health`, { redirect: 'manual' });
    expect([plain.status, plain.headers.get('location')]).toEqual([308, `https://${proxy.host}/health`]);
  });

  it('take WebSockets at both endpoints, and hear each other whichever node a client came to', async () => {
    expect((await (await open('/')).json())['system']).toBe(true);
    const clients: Client[] = [];
    // By chance; after 60 clients one of three nodes without any is one case in ten thousand million.
    while ((await Promise.all(NODES.map(connectionsOf))).includes(0) && clients.length < 60) clients.push(await open());
    const speaker = await open();
    for (const client of [...clients, speaker]) await client.ask('join', { channel: 'all' });
    await speaker.ask('message', { channel: 'all', text: 'to everybody' });
    for (const client of clients) expect((await client.event('message')).data).toMatchObject({ text: 'to everybody' });
    expect(await Promise.all(NODES.map(connectionsOf))).not.toContain(0);
  });

  it('stand in for one that leaves: its 503 reaches nobody', async () => {
    const [leaving = ''] = NODES;
    // It reads nothing, so it does not answer the goodbye, and the node waits for it.
    const deaf = await Client.open(`ws://${leaving}:${port}/ws`);
    deaf.socket.pause();
    const ended = nodes.get(leaving)?.stop();
    while ((await fetch(`http://${leaving}:${port}/health/ready`)).status !== 503);
    const refused = Client.open(`ws://${leaving}:${port}/ws`);
    await expect(refused).rejects.toThrow('503');
    for (let i = 0; i < 60 && !(await proxy.log()).includes('states: 503, 101'); i += 1) {
      const client = await open();
      await client.event('welcome');
      await client.close();
    }
    expect(await proxy.log()).toMatch('states: 503, 101');
    expect(await proxy.log()).not.toMatch(/" 503 /);
    deaf.socket.terminate();
    await ended;
    await start(leaving);
  });

  it('are restarted one by one, and then one is killed, while nobody misses a message or hears one twice', async () => {
    const heard = Array.from({ length: 6 }, () => [] as number[]);
    for (const offsets of heard) {
      const channel = sdk().channel('rolling');
      channel.on('message', ({ offset }) => offsets.push(offset));
      channel.on('gap', () => offsets.push(Number.NaN));
      channel.on('reset', () => offsets.push(Number.NaN));
      await channel.join();
    }
    const author = sdk().channel('rolling');
    const acks: Array<Promise<{ offset: number }>> = [];
    const clock = setInterval(() => acks.push(author.publish({ text: String(acks.length) })), 10);
    for (const host of NODES) {
      await nodes.get(host)?.stop();
      await start(host);
    }
    const [last = ''] = NODES;
    await nodes.get(last)?.stop('SIGKILL');
    // As Docker does: a container that is gone has no address any more.
    proxy.names.addresses = NODES.filter((host) => host !== last);
    await author.publish({ text: 'still there' });
    clearInterval(clock);
    const offsets = (await Promise.all(acks)).map(({ offset }) => offset);
    const end = (await author.publish({ text: 'the end' })).offset;
    while (heard.some((each) => each.at(-1) !== end)) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(offsets.length).toBeGreaterThan(100);
    expect(end).toBe(offsets.length + 2);
    for (const each of heard) expect(each).toEqual(Array.from({ length: end }, (_each, n) => n + 1));
  });
});

describeWith(PROGRAMS, 'what the proxy tells a node, and asks of it', () => {
  const asked: Array<{ method: string | undefined; headers: IncomingHttpHeaders }> = [];
  let status = 200;
  const node = createServer(({ method, headers }, response) => {
    asked.push({ method, headers });
    response.writeHead(status).end();
  });
  let certificate: { cert: string; key: string };

  beforeAll(async () => {
    const pair = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    certificate = { cert: pair.cert, key: pair.private };
    // All of 127.0.0.0/8: it is both nodes at once.
    node.listen(0, '0.0.0.0');
    await once(node, 'listening');
    ({ port } = node.address() as AddressInfo);
    proxy = await Proxy.start({ nodes: NODES.slice(0, 2), port, certificate });
    ca = certificate.cert;
  });

  beforeEach(() => {
    status = 200;
    asked.length = 0;
  });

  afterAll(async () => {
    await proxy?.stop();
    node.close();
  });

  it('serves a certificate of one’s own', async () => {
    expect((await ask('/')).status).toBe(200);
    expect(await proxy.certificate()).toBe(certificate.cert);
  });

  it('tells the client’s address and the host with its port, and believes no client who names an address itself', async () => {
    await ask('/', { headers: { 'X-Forwarded-For': '6.6.6.6', 'X-Forwarded-Proto': 'http' } });
    expect(asked[0]?.headers).toMatchObject({
      host: proxy.host,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
    });
  });

  it('asks every node before it says 503, but sends a POST to one alone', async () => {
    status = 503;
    expect((await ask('/')).status).toBe(503);
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect((await ask('/', { method: 'POST' })).status).toBe(503);
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
  });

  it('keeps what stands behind a question mark out of its log, and health checks altogether', async () => {
    await ask('/ws?client=a-secret-of-sixteen');
    await ask('/health/ready');
    expect(await proxy.log()).toMatch('"GET /ws" 200');
    expect(await proxy.log()).not.toMatch(/secret|health/);
  });
});
