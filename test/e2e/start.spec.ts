/** How the process begins: with a line that says where to look, or with lines that say what is wrong. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { runServer, startServer } from '../support/server-process.ts';

describe('a server that is started', () => {
  it('says where to open the page, and nothing that looks like a problem', async () => {
    const server = await startServer();
    await server.stop();
    const [first] = server.output().split('\n');
    expect(first).toMatch(`open http://127.0.0.1:${server.port} in a browser`);
    expect(server.output()).not.toMatch(/warn|error|deprecat/i);
  });

  it('does not start with settings that are wrong, and tells all of them at once', async () => {
    const { output, ended } = runServer({ MAX_PAYLOAD: 'much', HEARTBEAT_INTERVAL: '25x', TLS_CERT_FILE: 'cert.pem' });
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(output()).toMatch(/MAX_PAYLOAD is "much": .+\n/);
    expect(output()).toMatch(/HEARTBEAT_INTERVAL is "25x": .+\n/);
    expect(output()).toMatch(/TLS_KEY_FILE/);
    expect(output()).not.toMatch(/ at .+\.js/);
  });

  it('warns of a variable that is nearly one of its own', async () => {
    const server = await startServer({ MAX_CONECTIONS: '5' });
    await server.stop();
    expect(server.output()).toMatch(/MAX_CONECTIONS is not a setting.*MAX_CONNECTIONS/);
  });

  it('only checks the settings with --check', async () => {
    const good = runServer({}, ['--check']);
    expect(await good.ended).toEqual({ code: 0, signal: null });
    expect(good.output()).toBe('The settings are in order.\n');
    const bad = runServer({ PORT: '-1' }, ['--check']);
    expect((await bad.ended).code).toBe(1);
  });

  it('says so when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { output, ended } = runServer({ PORT: String((other.address() as AddressInfo).port) });
    expect((await ended).code).toBe(1);
    expect(output()).toMatch('The port is taken');
    expect(output()).not.toMatch(/ at .+\.js/);
    other.close();
  });

  it.each([
    ['8.8.8.8', 'HOST is no address of this machine'],
    ['no.such.host.invalid', 'HOST is not known'],
  ])('says so when HOST is %s', async (host, sentence) => {
    const { output, ended } = runServer({ HOST: host, ANONYMOUS: 'read' });
    expect((await ended).code).toBe(1);
    expect(output()).toMatch(sentence);
    expect(output().trim().split('\n')).toHaveLength(1);
  });

  it('refuses an argument that it does not know', async () => {
    const { output, ended } = runServer({}, ['--chekc']);
    expect((await ended).code).toBe(1);
    expect(output()).toMatch('--chekc is no argument');
  });

  it('writes JSON lines with LOG_FORMAT=json', async () => {
    const server = await startServer({ LOG_FORMAT: 'json' });
    await server.stop();
    const lines = server.output().trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)[0]).toMatch('open http://127.0.0.1');
  });
});
