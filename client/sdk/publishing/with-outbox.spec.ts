/** Publishing through an outbox; that of IndexedDB itself is shown in a browser, in test/e2e/sdk-outbox.spec.ts. */
import type { PublishData } from '../../../src/protocol/events.ts';
import { Bench, publishAck } from '../testing/bench.ts';
import { MemoryOutbox, settled } from '../testing/memory-outbox.ts';
import type { Publication } from './publication.ts';

const { jest } = import.meta;
const orphan = (text: string, at = Date.now()): Publication => ({ channel: 'news', text, key: `key of ${text}`, at });
const told = { delivered: jest.fn(), undelivered: jest.fn(), error: jest.fn() };
let outbox: MemoryOutbox;
let bench: Bench;

async function open(...orphans: Publication[]): Promise<void> {
  outbox = new MemoryOutbox(orphans);
  bench = new Bench({ outbox: () => outbox });
  bench.client.on('delivered', told.delivered);
  bench.client.on('undelivered', told.undelivered);
  bench.client.on('error', told.error);
  await settled();
}

beforeEach(() => jest.useFakeTimers());

afterEach(() => {
  bench.client.close();
  jest.useRealTimers();
  jest.resetAllMocks();
});

const publish = (text: string, signal?: AbortSignal) => bench.client.channel('news').publish({ text }, { signal });
const texts = () => bench.socket.requests('message').map(({ data }) => (data as PublishData).text);
const kept = () => outbox.kept.map(({ text }) => text);

it('knows the server by its address without the query', () => {
  const opened = jest.fn(() => outbox);
  outbox = new MemoryOutbox();
  bench = new Bench({ outbox: opened });
  expect(opened).toHaveBeenCalledWith('wss://example.org/ws');
});

it('connects under the secret of the outbox, once it knows it', async () => {
  outbox = new MemoryOutbox();
  bench = new Bench({ outbox: () => outbox, client: 'f'.repeat(32) });
  bench.client.connect();
  expect(bench.sockets.all).toHaveLength(0);
  await settled();
  expect(bench.socket.url.searchParams.get('client')).toBe('5'.repeat(32));
});

it('sends nothing before it is kept, and forgets it when it is acknowledged', async () => {
  await open();
  bench.connect();
  const published = publish('a');
  expect(texts()).toEqual([]);
  await outbox.write();
  expect(texts()).toEqual(['a']);
  expect(kept()).toEqual(['a']);
  bench.socket.acknowledge('message', publishAck(1));
  expect(await published).toEqual(publishAck(1));
  expect(kept()).toEqual([]);
});

it('rejects what could not be kept, without sending it', async () => {
  await open();
  bench.connect();
  outbox.isBroken = true;
  const refused = publish('a').catch((error: unknown) => error);
  await outbox.write();
  expect(await refused).toMatchObject({ code: 'outbox_failed', temporary: true, cause: new Error('disk full') });
  expect(texts()).toEqual([]);
});

it('forgets what was withdrawn, even while it was being written', async () => {
  await open();
  bench.connect();
  const abort = new AbortController();
  const withdrawn = publish('a', abort.signal).catch((error: unknown) => error);
  abort.abort();
  await outbox.write();
  await withdrawn;
  expect(kept()).toEqual([]);
  expect(texts()).toEqual([]);
});

it('connects for what a dead tab left, and sends that under its own keys before anything newer', async () => {
  outbox = new MemoryOutbox([orphan('a'), orphan('b')]);
  bench = new Bench({ outbox: () => outbox });
  bench.client.on('delivered', told.delivered);
  publish('c').catch(() => undefined);
  await outbox.write();
  bench.socket.welcome();
  expect(texts()).toEqual(['a', 'b', 'c']);
  expect(bench.client.pending.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  const [first] = bench.socket.requests('message');
  expect(first?.data).toEqual({ channel: 'news', text: 'a', key: 'key of a' });
  bench.socket.receive('ack', publishAck(7, true), first?.id);
  const publication = expect.objectContaining({ text: 'a', key: 'key of a' });
  expect(told.delivered).toHaveBeenCalledWith({ publication, ack: publishAck(7, true) });
  await settled();
  expect(kept()).toEqual(['b', 'c']);
});

it('takes over what other tabs leave while it is connected, soon at first and then within 30 s', async () => {
  await open();
  bench.connect();
  outbox.orphans = [orphan('a')];
  jest.advanceTimersByTime(1_000);
  await settled();
  expect(texts()).toEqual(['a']);
  bench.socket.acknowledge('message', publishAck(1));
  for (let waited = 0; waited < 120_000; waited += 20_000) {
    jest.advanceTimersByTime(20_000);
    bench.socket.receive('pong', { at: 1 });
  }
  outbox.orphans = [orphan('b')];
  jest.advanceTimersByTime(30_000);
  await settled();
  expect(texts()).toEqual(['a', 'b']);
});

it('tells of an adopted one that the server refuses, and forgets it', async () => {
  await open(orphan('a'));
  bench.socket.welcome();
  bench.socket.refuse('message', 'forbidden');
  const error = expect.objectContaining({ code: 'forbidden' });
  expect(told.undelivered).toHaveBeenCalledWith({ publication: expect.objectContaining({ text: 'a' }), error });
  expect(kept()).toEqual([]);
});

it('does not send an adopted one that is older than what the server remembers, and tells of it', async () => {
  await open(orphan('old', Date.now() - 23 * 3_600_000), orphan('new', Date.now() - 22 * 3_600_000));
  bench.socket.welcome();
  expect(texts()).toEqual(['new']);
  const error = expect.objectContaining({ code: 'expired' });
  expect(told.undelivered).toHaveBeenCalledWith({ publication: expect.objectContaining({ text: 'old' }), error });
});

it('keeps what has no answer when the client is closed, and nothing that was not written', async () => {
  await open();
  bench.connect();
  const written = publish('written').catch((error: unknown) => error);
  await outbox.write();
  const unwritten = publish('unwritten').catch((error: unknown) => error);
  bench.client.close();
  await outbox.write();
  expect(await written).toMatchObject({ code: 'closed', isKept: true });
  expect(await unwritten).toMatchObject({ code: 'closed', isKept: false });
  expect(kept()).toEqual(['written']);
  expect(outbox.isClosed).toBe(true);
});

it('goes on with what it kept after the server said to stay away', async () => {
  await open();
  bench.connect();
  const published = publish('a').catch((error: unknown) => error);
  await outbox.write();
  bench.socket.end(4500);
  expect(await published).toMatchObject({ code: 'stopped', isKept: true });
  bench.connect();
  expect(texts()).toEqual(['a']);
  bench.socket.acknowledge('message', publishAck(1));
  expect(told.delivered).toHaveBeenCalledTimes(1);
});

it('listens nevertheless when its outbox fails, and says so', async () => {
  outbox = new MemoryOutbox();
  jest.spyOn(outbox, 'client').mockRejectedValue(new Error('private window'));
  jest.spyOn(outbox, 'adopt').mockRejectedValue(new Error('private window'));
  bench = new Bench({ outbox: () => outbox });
  bench.client.on('error', told.error);
  bench.client.connect();
  await settled();
  expect(told.error).toHaveBeenCalledWith(expect.objectContaining({ code: 'outbox_failed' }));
  bench.socket.welcome();
  expect(bench.client.state.kind).toBe('connected');
});

it('says so when it cannot forget', async () => {
  await open(orphan('a'));
  bench.socket.welcome();
  outbox.isBroken = true;
  bench.socket.acknowledge('message', publishAck(1));
  await settled();
  expect(told.error).toHaveBeenCalledWith(expect.objectContaining({ code: 'outbox_failed' }));
});
