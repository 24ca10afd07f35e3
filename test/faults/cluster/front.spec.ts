import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Front } from './front.ts';

/** A node that says whether it is ready, and its name to everyone who asks for anything else. */
async function nodeNamed(name: string, state: { isReady: boolean }): Promise<Server> {
  const server = createServer(({ url }, response) => {
    response.statusCode = url === '/health/ready' && !state.isReady ? 503 : 200;
    response.end(name);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Which node answers a new connection; `nobody` when it is hung up. */
async function whoAnswers({ port }: Front): Promise<string> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
    return await answer.text();
  } catch {
    return 'nobody';
  }
}

describe('the front', () => {
  const states: [{ isReady: boolean }, { isReady: boolean }] = [{ isReady: true }, { isReady: true }];
  let nodes: Server[];
  let front: Front;
  beforeEach(async () => {
    for (const state of states) state.isReady = true;
    nodes = [await nodeNamed('one', states[0]), await nodeNamed('two', states[1])];
    front = await Front.open(nodes.map(portOf));
    await ready(2);
  });
  afterEach(async () => {
    await front.close();
    for (const node of nodes) node.close().closeAllConnections();
  });

  const ready = async (count: number): Promise<void> => {
    while (front.ready.length !== count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const answers = async (): Promise<string[]> => [await whoAnswers(front), await whoAnswers(front)].toSorted();

  it('gives each connection to the next node', async () => {
    expect(await answers()).toEqual(['one', 'two']);
  });

  it('leaves out a node that is not ready, and takes it back', async () => {
    states[0].isReady = false;
    await ready(1);
    expect(await answers()).toEqual(['two', 'two']);
    states[0].isReady = true;
    await ready(2);
    expect(await answers()).toEqual(['one', 'two']);
  });

  it('goes to another node when one has died, before it has noticed', async () => {
    nodes[0]?.close().closeAllConnections();
    expect(await answers()).toEqual(['two', 'two']);
  });

  it('hangs up when nobody is ready, and when a node hangs up', async () => {
    const socket = connect(front.port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const node of nodes) node.closeAllConnections();
    await closed;
    for (const state of states) state.isReady = false;
    await ready(0);
    expect(await whoAnswers(front)).toBe('nobody');
  });
});
