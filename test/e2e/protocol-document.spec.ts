/** docs/asyncapi.yaml, and the page that is made of it: they say what the server does, and what docs/protocol.md shows. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import request from 'supertest';
import { parse } from 'yaml';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { ERROR_CODES } from '../../src/protocol/error-codes.ts';
import type { News } from '../../src/protocol/events.ts';
import { Client } from '../support/client.ts';
import type { Json } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';
import { ROOT } from '../support/root.ts';
import { startServer } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';

interface Document {
  readonly channels: Readonly<Record<'ws' | 'plain', { readonly messages: Readonly<Record<string, object>> }>>;
  readonly components: { readonly messages: Readonly<Record<string, object>> };
}

const yaml = readFileSync(join(ROOT, 'docs/asyncapi.yaml'), 'utf8');
const document = parse(yaml) as Document;
const ajv = new Ajv({ strict: false, allErrors: true }).addSchema(document, 'belfry');

/** Each event that the server sends by itself, under the name of its message. */
const NEWS: { readonly [Event in keyof News]: string } = {
  welcome: 'welcome',
  message: 'messageNews',
  gap: 'gap',
  presence: 'presenceNews',
  goodbye: 'goodbye',
  error: 'error',
};

/** Why a payload is no such message; empty when it is one. */
function complaints(message: string, payload: unknown): unknown {
  const isValid = ajv.validate({ $ref: `belfry#/components/messages/${message}/payload` }, payload);
  return isValid ? [] : ajv.errors;
}

/** Frames as the page shows them, each with who sends it. */
const shown = [...readFileSync(join(ROOT, 'docs/protocol.md'), 'utf8').matchAll(/^([<>]) (\{.+\})$/gm)].map(
  ([, direction, json = '']) => ({ direction, frame: JSON.parse(json) as Json }),
);

/** Messages with the name of the event, of whoever sends such a frame. */
function messagesFor(direction: string | undefined, { event = '' }: Json): string[] {
  const sent = event === 'ack' ? /Ack$/ : new RegExp(`^${event}(News)?$`);
  return Object.keys(document.channels.ws.messages).filter((name) =>
    direction === '>' ? name === event : sent.test(name) && (event !== 'message' || name === 'messageNews'),
  );
}

describe('the AsyncAPI document', () => {
  it('is what the types, the DTOs and the codes say', () => {
    const { stdout, status } = spawnSync(process.execPath, ['scripts/asyncapi.mjs', '--check'], { cwd: ROOT });
    expect([stdout.toString(), status]).toEqual(['docs/asyncapi.yaml is up to date\n', 0]);
  });

  it('is AsyncAPI, without a complaint of its own parser', async () => {
    const { diagnostics } = await new Parser().parse(yaml);
    expect(diagnostics).toEqual([]);
  });

  it('has all that the server sends by itself', () => {
    expect(Object.keys(document.channels.ws.messages)).toEqual(expect.arrayContaining(Object.values(NEWS)));
  });

  it('agrees with every frame that docs/protocol.md shows', () => {
    expect(shown.length).toBeGreaterThan(8);
    for (const { direction, frame } of shown) {
      const candidates = messagesFor(direction, frame);
      // The session shows an event with a slip of the pen, to show the error.
      if (frame.event === 'mesage') continue;
      expect([
        frame,
        candidates.some((name) => ajv.validate({ $ref: `belfry#/components/messages/${name}/payload` }, frame)),
      ]).toEqual([frame, true]);
    }
  });

  it('agrees with what the server sends, and asks of a request what the server asks', async () => {
    const { wsUrl } = await startBelfry();
    const client = await Client.open(`${wsUrl}/ws?name=Ann`);
    expect(complaints('welcome', await client.event('welcome'))).toEqual([]);
    const requests: readonly (readonly [string, object])[] = [
      ['join', { channel: 'news' }],
      ['join', { channel: 'news', since: { epoch: 'e', offset: 0 } }],
      ['join', { channel: 'news', last: 500 }],
      ['join', { channel: 'news', last: 501 }],
      ['join', { channel: 'two words' }],
      ['join', { channel: 'news', since: { last: 0 } }],
      ['join', {}],
      ['message', { channel: 'news', text: 'one', key: 'k' }],
      ['message', { channel: 'news', data: { any: 1 } }],
      ['message', { channel: 'news' }],
      ['message', { channel: 'news', text: '' }],
      ['message', { channel: 'news', text: 'x'.repeat(4097) }],
      ['message', { channel: 'news', text: 'x', key: '' }],
      ['message', { channel: 'news', data: 'text' }],
      ['history', { channel: 'news', before: 1 }],
      ['history', { channel: 'news', after: -1 }],
      ['history', { channel: 'news', limit: 501 }],
      ['history', { channel: 'news', limit: 1.5 }],
      ['leave', { channel: 'news' }],
      ['ping', {}],
    ];
    for (const [event, data] of requests) {
      const answer = await client.ask(event, data);
      const isAllowed = (complaints(event, { event, data, id: 1 }) as unknown[]).length === 0;
      expect([event, data, isAllowed]).toEqual([event, data, answer.event !== 'error']);
      const reply = { ack: `${event}Ack`, pong: 'pong', error: 'error' }[answer.event ?? ''] ?? '';
      expect(complaints(reply, answer)).toEqual([]);
    }
    for (const frame of client.waiting) expect(complaints('messageNews', JSON.parse(frame.text))).toEqual([]);
  });

  it('agrees with the plain protocol as the server speaks it', async () => {
    const { wsUrl } = await startBelfry();
    const client = await Client.open(wsUrl);
    expect(complaints('plainWelcome', await client.json())).toEqual([]);
    for (const [frame, answer] of [
      [{ id: 'Ann', text: 'hello' }, 'plainAnnouncement'],
      [{ type: 'ping' }, 'plainPong'],
      [{ id: '', text: 'hello' }, 'plainError'],
    ] as const) {
      client.send(frame);
      expect(complaints(answer, await client.json())).toEqual([]);
    }
  });
});

describe('the page at /docs', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer();
  });

  afterAll(async () => {
    await server.stop();
  });

  it('is served, also without a slash at its end, with the document beside it', async () => {
    const { headers, status } = await request(server.url).get('/docs');
    expect([status, headers['location']]).toEqual([301, '/docs/']);
    const page = await request(server.url).get('/docs/').expect(200);
    expect(page.headers['content-type']).toMatch('text/html');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect((await request(server.url).get('/docs/asyncapi.yaml').expect(200)).text).toBe(yaml);
    await request(server.url).get('/docs/docs.css').expect(200);
  });

  it('tells of every message and every code, without a script', async () => {
    const { text } = await request(server.url).get('/docs/');
    expect(text).not.toMatch(/<script|style=|\son\w+=/);
    const told = [...text.matchAll(/<code>([\w ]+)<\/code>/g)].map(([, name]) => name);
    const codes = [...Object.keys(ERROR_CODES), ...Object.keys(CLOSE_CODES)];
    expect(told).toEqual(expect.arrayContaining([...codes, 'join', 'welcome', 'ack', 'pong', 'say']));
    // Every link within the page leads somewhere.
    for (const [, id = ''] of text.matchAll(/href="#([^"]+)"/g)) expect(text).toMatch(` id="${id}"`);
  });
});
