/** Several people on one board, each with the stock client of Yjs. */
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import { Doc } from 'yjs';
import { Client } from '../../test/support/client.ts';
import { startBelfry } from '../../test/support/in-process.ts';
import { WhiteboardModule } from './whiteboard.module.ts';

const providers: WebsocketProvider[] = [];

afterEach(() => {
  leaveAll();
});

function leaveAll(): void {
  for (const provider of providers.splice(0)) {
    provider.destroy();
    provider.doc.destroy();
  }
}

/** Somebody who has opened a board and has all that is on it. */
async function open(wsUrl: string, room = 'lobby'): Promise<WebsocketProvider> {
  const provider = new WebsocketProvider(`${wsUrl}/whiteboard`, room, new Doc(), {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  });
  providers.push(provider);
  await synced(provider);
  return provider;
}

async function synced(provider: WebsocketProvider): Promise<void> {
  if (provider.synced) return;
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()));
}

const strokes = ({ doc }: WebsocketProvider) => doc.getArray<string>('strokes');

/** Waits until a board has these strokes, in whichever order. */
async function has(provider: WebsocketProvider, ...wanted: string[]): Promise<void> {
  const isThere = (): boolean => strokes(provider).toArray().toSorted().join() === wanted.toSorted().join();
  while (!isThere()) await new Promise<void>((resolve) => provider.doc.once('update', () => resolve()));
}

describe('the whiteboard', () => {
  it('shows everybody what each draws, and also who comes later', async () => {
    const { wsUrl } = await startBelfry({}, [WhiteboardModule]);
    const [ann, ben] = [await open(wsUrl), await open(wsUrl)];
    strokes(ann).push(['a']);
    strokes(ben).push(['b']);
    await Promise.all([has(ann, 'a', 'b'), has(ben, 'a', 'b')]);
    await has(await open(wsUrl), 'a', 'b');
    expect(strokes(ann).toArray()).toEqual(strokes(ben).toArray());
    expect(strokes(await open(wsUrl, 'elsewhere')).toArray()).toEqual([]);
  });

  it('brings together what was drawn without a connection, at the same time', async () => {
    const { wsUrl } = await startBelfry({}, [WhiteboardModule]);
    const [ann, ben] = [await open(wsUrl), await open(wsUrl)];
    for (const provider of [ann, ben]) provider.disconnect();
    strokes(ann).insert(0, ['a']);
    strokes(ben).insert(0, ['b']);
    for (const provider of [ann, ben]) provider.connect();
    await Promise.all([has(ann, 'a', 'b'), has(ben, 'a', 'b')]);
    expect(strokes(ann).toArray()).toEqual(strokes(ben).toArray());
  });

  it('shows where everybody points at, until they leave', async () => {
    const { wsUrl } = await startBelfry({}, [WhiteboardModule]);
    const [ann, ben] = [await open(wsUrl), await open(wsUrl)];
    const told = async (count: number): Promise<void> => {
      while (ann.awareness.getStates().size !== count) {
        await new Promise<void>((resolve) => ann.awareness.once('change', () => resolve()));
      }
    };
    ben.awareness.setLocalStateField('cursor', { x: 1, y: 2 });
    await told(2);
    while (ann.awareness.getStates().get(ben.doc.clientID)?.['cursor'] === undefined) {
      await new Promise<void>((resolve) => ann.awareness.once('change', () => resolve()));
    }
    expect(ann.awareness.getStates().get(ben.doc.clientID)).toEqual({ cursor: { x: 1, y: 2 } });
    // Cut, not closed: a stock client takes itself off the board before it closes.
    ben.shouldConnect = false;
    (ben.ws as unknown as WebSocket).terminate();
    await told(1);
  });

  it('finds a board as it was after a restart', async () => {
    const first = await startBelfry({}, [WhiteboardModule]);
    const { dataDir } = first;
    const ann = await open(first.wsUrl);
    strokes(ann).push(['a']);
    await has(await open(first.wsUrl), 'a');
    leaveAll();
    await first.app.close();
    const second = await startBelfry({ dataDir }, [WhiteboardModule]);
    expect(strokes(await open(second.wsUrl)).toArray()).toEqual(['a']);
  });

  it.each([
    ['an update that is none', Buffer.from([0, 2, 3, 255, 255, 255])],
    ['a kind of message that there is not', Buffer.from([99])],
    ['an awareness that is no JSON', Buffer.from([1, 6, 1, 1, 1, 2, 0x7b, 0x7b])],
    ['nothing', Buffer.alloc(0)],
    ['text', 'hello'],
  ])('closes who sends %s, and nobody else', async (_what, frame) => {
    const { wsUrl } = await startBelfry({}, [WhiteboardModule]);
    const [ann, ben] = [await open(wsUrl), await open(wsUrl)];
    const stranger = await Client.open(`${wsUrl}/whiteboard/lobby`);
    stranger.send(frame);
    expect((await stranger.closed).code).toBe(4504);
    strokes(ann).push(['a']);
    await has(ben, 'a');
  });

  it('has no board of a name that nobody could write', async () => {
    const { wsUrl } = await startBelfry({}, [WhiteboardModule]);
    const client = await Client.open(`${wsUrl}/whiteboard/a/b`);
    expect((await client.closed).code).toBe(4504);
  });
});
