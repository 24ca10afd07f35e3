/** https and wss on the one port, and a certificate that is renewed while clients are connected. */
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { generate } from 'selfsigned';
import request from 'supertest';
import { Client } from '../support/client.ts';
import { runServer, startServer } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';

interface Pair {
  readonly cert: string;
  readonly private: string;
}

let directory: string;
let server: ServerProcess | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-tls-'));
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(directory, { recursive: true });
});

const files = (): Record<string, string> => ({
  TLS_CERT_FILE: join(directory, 'cert.pem'),
  TLS_KEY_FILE: join(directory, 'key.pem'),
});

async function pairFor(name: string): Promise<Pair> {
  return generate([{ name: 'commonName', value: name }]);
}

/** As certbot does it: written beside, then renamed over the old one. */
async function install(pair: Pair): Promise<void> {
  for (const [name, content] of [
    ['cert.pem', pair.cert],
    ['key.pem', pair.private],
  ] as const) {
    await writeFile(join(directory, `${name}.new`), content);
    await rename(join(directory, `${name}.new`), join(directory, name));
  }
}

async function servedName(port: number): Promise<string | undefined> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

async function logged(running: ServerProcess, line: RegExp): Promise<void> {
  if (line.test(running.output())) return;
  await new Promise<void>((resolve) => {
    const look = (): void => (line.test(running.output()) ? resolve() : undefined);
    running.child.stdout?.on('data', look);
    running.child.stderr?.on('data', look);
  });
}

describe('TLS', () => {
  it('serves https and wss on the same port', async () => {
    const pair = await pairFor('localhost');
    await install(pair);
    server = await startServer(files());
    expect(server.url).toMatch(/^https:/);
    const health = await request(server.url).get('/health/ready').disableTLSCerts();
    expect(health.status).toBe(200);
    for (const path of ['/', '/ws']) {
      const client = await Client.open(server.wsUrl + path, [], { rejectUnauthorized: false });
      const welcome = await client.json();
      expect(welcome.event === 'welcome' || welcome['system'] === true).toBe(true);
      await client.close();
    }
  });

  it('compresses what many hear over TLS, too', async () => {
    await install(await pairFor('localhost'));
    server = await startServer({ ...files(), COMPRESSION: 'true' });
    const open = async (perMessageDeflate: boolean): Promise<Client> => {
      const options = { rejectUnauthorized: false, perMessageDeflate };
      const client = await Client.open(`${server?.wsUrl}/ws`, [], options);
      await client.ask('join', { channel: 'news' });
      return client;
    };
    const [compressing, plain] = [await open(true), await open(false)];
    expect(compressing.socket.extensions).toBe('permessage-deflate');
    for (let i = 0; i < 20; i += 1) {
      const text = `${i} the bells ring `.repeat(200);
      await plain.ask('message', { channel: 'news', text }, i);
      expect((await compressing.event('message')).data).toMatchObject({ text });
    }
  });

  it('gives a renewed certificate to new connections, and drops none', async () => {
    await install(await pairFor('first'));
    server = await startServer(files());
    const client = await Client.open(`${server.wsUrl}/ws`, [], { rejectUnauthorized: false });
    await client.event('welcome');
    expect(await servedName(server.port)).toBe('first');

    await install(await pairFor('second'));
    await logged(server, /the certificate was renewed/);
    expect(await servedName(server.port)).toBe('second');
    expect((await client.ask('ping')).event).toBe('pong');
  });

  it('refuses a broken new pair loudly, keeps the old one, and takes a good one after it', async () => {
    await install(await pairFor('first'));
    server = await startServer(files());
    await install({ cert: (await pairFor('second')).cert, private: (await pairFor('third')).private });
    await logged(server, /the certificate in use is kept/);
    expect(server.output()).toMatch(/TLS_(CERT|KEY)_FILE/);
    expect(await servedName(server.port)).toBe('first');

    await install(await pairFor('fourth'));
    await logged(server, /the certificate was renewed/);
    expect(await servedName(server.port)).toBe('fourth');
  });

  it('does not start without the files, and names the variable and the file', async () => {
    const { output, ended } = runServer(files());
    expect((await ended).code).toBe(1);
    expect(output()).toMatch(/TLS_CERT_FILE.*cert\.pem/);
    expect(output()).not.toMatch(/ at .+\.js/);
  });
});
