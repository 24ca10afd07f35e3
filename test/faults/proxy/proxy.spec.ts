/** A harness that cannot fail proves nothing: the proxy's faults are real ones, seen from both ends with bare sockets. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { FaultProxy } from './proxy.ts';

const HEAD = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';

/** An unmasked text frame, as a server sends it. */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 126, text.length >> 8, text.length & 0xff]), Buffer.from(text)]);
}

/** Everything that a socket is given until it ends, and how it ended. */
async function drain(socket: Socket): Promise<{ bytes: Buffer; error: string | undefined }> {
  const chunks: Buffer[] = [];
  let error: string | undefined;
  socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
  socket.on('end', () => socket.end());
  socket.on('error', ({ code }: NodeJS.ErrnoException) => (error = code));
  await once(socket, 'close').catch(() => undefined);
  return { bytes: Buffer.concat(chunks), error };
}

describe('the proxy', () => {
  let server: Server;
  let proxy: FaultProxy;
  let client: Socket;
  let upstream: Socket;

  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await FaultProxy.start((server.address() as AddressInfo).port);
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    client = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    [upstream] = await accepted;
    upstream.on('error', () => undefined);
  });

  afterEach(async () => {
    await proxy.close();
    client.destroy();
    upstream.destroy();
    server.close();
  });

  const onlyLine = () => {
    const [line] = proxy.lines;
    if (!line) throw new Error('there is no line');
    return line;
  };

  it('forwards every byte, in both directions', async () => {
    const sent = Buffer.concat([Buffer.from(HEAD), frame('a'.repeat(300)), frame('b')]);
    const [here, there] = [drain(client), drain(upstream)];
    client.end(sent);
    upstream.end(sent);
    expect((await there).bytes).toEqual(sent);
    expect((await here).bytes).toEqual(sent);
  });

  it('cuts in the middle of a frame: a part of it arrives, and nothing after it', async () => {
    const received = drain(client);
    const cut = onlyLine().cutInFrame('down', { share: 0.4 });
    const whole = frame('x'.repeat(996));
    upstream.write(Buffer.concat([Buffer.from(HEAD), whole, frame('never')]));
    await cut;
    const { bytes, error } = await received;
    expect(bytes).toEqual(Buffer.concat([Buffer.from(HEAD), whole.subarray(0, 400)]));
    expect(error).toBeUndefined();
  });

  it('cuts in the middle of a frame from the client, too', async () => {
    const received = drain(upstream);
    const cut = onlyLine().cutInFrame('up', { share: 0.5 });
    client.on('error', () => undefined);
    client.write(Buffer.concat([Buffer.from('GET / HTTP/1.1\r\n\r\n'), frame('y'.repeat(96))]));
    await cut;
    expect((await received).bytes.toString('latin1')).toMatch(/\r\n\r\n.{4}y{46}$/s);
  });

  it('resets or ends a line, as told', async () => {
    const reset = drain(client);
    onlyLine().cut('rst');
    expect((await reset).error).toBe('ECONNRESET');

    const second = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    const ended = drain(second);
    await once(server, 'connection');
    onlyLine().cut('fin');
    expect((await ended).error).toBeUndefined();
  });

  it('stalls: the server feels the backpressure, and everything comes once the line is resumed', async () => {
    const line = onlyLine();
    line.stall();
    const big = Buffer.concat([Buffer.from(HEAD), ...Array.from({ length: 400 }, () => frame('z'.repeat(60_000)))]);
    upstream.write(big);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(upstream.writableLength).toBeGreaterThan(0);
    expect(client.bytesRead).toBe(0);
    const received = drain(client);
    line.resume();
    upstream.end();
    expect((await received).bytes.equals(big)).toBe(true);
  });

  it('delays what comes while it is told to, and loses none of it', async () => {
    proxy.delay = 60;
    const received = drain(upstream);
    const begin = performance.now();
    client.end(Buffer.concat([Buffer.from('GET / HTTP/1.1\r\n\r\n'), frame('late')]));
    expect((await received).bytes.toString()).toMatch(/late$/);
    expect(performance.now() - begin).toBeGreaterThan(50);
  });

  it('refuses whoever comes while it refuses', async () => {
    proxy.refusing = true;
    const refused = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    expect((await drain(refused)).error).toBe('ECONNRESET');
  });
});

describe('the filter of the proxy', () => {
  it('reads real frames of both directions and eats the ones that it is told to eat', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (socket) => socket.on('message', (data: Buffer) => socket.send(`re ${data.toString()}`)));
    const proxy = await FaultProxy.start((server.address() as AddressInfo).port);
    const seen: string[] = [];
    proxy.filter = (wire, direction) => {
      seen.push(`${direction} ${wire.text()}`);
      return wire.text() === 're 2' ? 'drop' : 'pass';
    };
    const client = new WebSocket(proxy.url);
    await once(client, 'open');
    const heard: string[] = [];
    const all = new Promise<void>((resolve) => {
      client.on('message', (data: Buffer) => {
        heard.push(data.toString());
        if (heard.length === 2) resolve();
      });
    });
    for (const text of ['1', '2', '3']) client.send(text);
    await all;
    expect(heard).toEqual(['re 1', 're 3']);
    expect(seen.toSorted()).toEqual(['down re 1', 'down re 2', 'down re 3', 'up 1', 'up 2', 'up 3']);
    client.terminate();
    await proxy.close();
    server.close();
  });
});
