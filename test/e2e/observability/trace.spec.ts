/** What Node's diagnostics channels are told, for OpenTelemetry and its like. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import type { ChannelListener } from 'node:diagnostics_channel';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHANNEL_LOG } from '../../../src/engine/channel-log.ts';
import type { ChannelLog } from '../../../src/engine/channel-log.ts';
import { EngineUnavailable } from '../../../src/engine/engine-unavailable.ts';
import { Connections } from '../../../src/gateway/connections.ts';
import { Client } from '../../support/client.ts';
import { startBelfry } from '../../support/in-process.ts';
import { ROOT } from '../../support/root.ts';
import { startServer } from '../../support/server-process.ts';

const undo: (() => void)[] = [];

afterEach(() => {
  for (const step of undo.splice(0)) step();
});

/** What is published from now on. */
function published(name: string): unknown[] {
  const all: unknown[] = [];
  const listener: ChannelListener = (message) => all.push(message);
  subscribe(name, listener);
  undo.push(() => unsubscribe(name, listener));
  return all;
}

describe('whoever listens on the diagnostics channels', () => {
  it('hears of connections, when they open and when they close', async () => {
    const { wsUrl, app } = await startBelfry();
    const [opened, closed] = ['opened', 'closed'].map((what) => published(`belfry.connection.${what}`));
    const client = await Client.open(`${wsUrl}/ws`);
    const { data } = await client.event('welcome');
    const connection = { gateway: '/ws', connection: data?.['connection'], user: expect.stringMatching('guest-') };
    expect(opened).toEqual([connection]);
    await client.close();
    while (app.get(Connections).size > 0) await new Promise(setImmediate);
    expect(closed).toEqual([{ ...connection, code: 1005, reason: 'left' }]);
  });

  it('can make a span of a request, with that of its append inside, and hears nothing of what it holds', async () => {
    const spans: string[] = [];
    const around = new AsyncLocalStorage<string>();
    for (const name of ['belfry.request', 'belfry.append']) {
      const { start } = tracingChannel<string, object>(name);
      start.bindStore(around, (context) => {
        const span = `${around.getStore() ?? ''}/${name} ${JSON.stringify(context)}`;
        spans.push(span);
        return span;
      });
      undo.push(() => start.unbindStore(around));
    }
    const delivered = published('belfry.delivery');
    const { wsUrl } = await startBelfry();
    const client = await Client.welcomed(`${wsUrl}/ws`);
    await client.ask('join', { channel: 'news' });
    spans.length = 0;
    await client.ask('message', { channel: 'news', text: 'unheard', key: 'of' });
    expect(spans).toHaveLength(2);
    expect(spans[1]).toMatch(`${spans[0]}/belfry.append {"channel":"news"}`);
    expect(spans[0]).toMatch(/^\/belfry\.request \{"gateway":"\/ws","connection":"[-0-9a-f]{36}","event":"message"\}$/);
    expect(delivered).toEqual([{ channel: 'news', first: 1, messages: 1, deliveries: 1 }]);
  });

  it('hears that an append failed, and its author does as ever', async () => {
    const errors = published('tracing:belfry.append:error');
    const { wsUrl, app } = await startBelfry();
    app.get<ChannelLog>(CHANNEL_LOG).append = () => Promise.reject(new EngineUnavailable('a test'));
    const client = await Client.welcomed(`${wsUrl}/ws`);
    const answer = await client.ask('message', { channel: 'news', text: 'lost' });
    expect(answer).toMatchObject({ event: 'error', data: { code: 'unavailable' } });
    expect(errors).toEqual([expect.objectContaining({ channel: 'news', error: expect.any(EngineUnavailable) })]);
  });
});

/** In place of OpenTelemetry's packages: each span that ends is a line. */
const API = `
const trace = {
  getTracer: () => ({
    startSpan(name, { attributes }, parent) {
      const span = { setAttributes: (more) => Object.assign(attributes, more) && span, setStatus: () => span };
      span.end = () => process.stdout.write(JSON.stringify({ span: name, in: parent?.name, ...attributes }) + '\\n');
      return Object.assign(span, { name });
    },
  }),
  setSpan: (_parent, span) => span,
};
export { trace };
export const context = { active: () => undefined };
export const SpanStatusCode = { ERROR: 2 };
`;

describe('the file for OpenTelemetry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-otel-'));

  afterAll(() => rmSync(folder, { recursive: true }));

  it('makes a span of each request, of each append inside, and of each connection', async () => {
    cpSync(join(ROOT, 'deploy/opentelemetry/otel.mjs'), join(folder, 'otel.mjs'));
    const packages = { api: API, 'sdk-node': 'export class NodeSDK { start() {} async shutdown() {} }' };
    for (const [name, source] of Object.entries(packages)) {
      const home = join(folder, 'node_modules/@opentelemetry', name);
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }));
      writeFileSync(join(home, 'index.js'), source);
    }
    const server = await startServer({
      NODE_OPTIONS: `--import ${join(folder, 'otel.mjs')}`,
      LOG_FORMAT: 'json',
    });
    const client = await Client.welcomed(`${server.wsUrl}/ws`);
    await client.ask('message', { channel: 'news', text: 'one' });
    await client.close();
    await server.stop();
    const spans = server
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{"span"'))
      .map((line) => JSON.parse(line) as object);
    expect(spans).toHaveLength(3);
    expect(spans).toEqual(
      expect.arrayContaining([
        { span: 'append', in: '/ws message', 'belfry.channel': 'news' },
        expect.objectContaining({ span: '/ws message', 'belfry.event': 'message' }),
        expect.objectContaining({ span: 'connection /ws', 'belfry.code': 1005, 'belfry.reason': 'left' }),
      ]),
    );
  });
});
