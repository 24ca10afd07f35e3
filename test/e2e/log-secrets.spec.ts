/** The log never holds what is confidential: no token in whatever way it comes, no name, no key, no word of a message. */
import { randomBytes } from 'node:crypto';
import { Client } from '../support/client.ts';
import { HANDSHAKE, RawClient } from '../support/raw-client.ts';
import { startServer } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { frameBytes, TEXT } from '../support/wire/frames.ts';
import { answerTo, requestBytes } from '../support/wire/http.ts';

/** A word that nobody else would write, made anew for each thing that is to be kept. */
const secrets = new Map<string, string>();

function secret(what: string): string {
  const word = `${what}-${randomBytes(12).toString('hex')}`;
  secrets.set(what, word);
  return word;
}

const part = (claim: string): string => Buffer.from(JSON.stringify({ alg: 'HS256', claim })).toString('base64url');

/** As a token looks, with a word in each of its parts. */
function token(what: string): string {
  const whole = `${part(what)}.${part(randomBytes(12).toString('hex'))}.${randomBytes(12).toString('base64url')}`;
  secrets.set(what, whole);
  return whole;
}

describe('the log of a server that tells all it can, as JSON', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer({ LOG_LEVEL: 'debug', LOG_FORMAT: 'json' });
  });

  it('holds nothing of what was said, shown and proven, by those who do it right and by those who do not', async () => {
    await talk(server);
    await connectInEveryWay(server);
    await breakThings(server);
    // Whatever was to be written about a connection has been when it is gone.
    await server.stop();
    const output = server.output();
    expect(output).toMatch(/^\{.*"level"/m);
    for (const line of output.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
    const found = [...secrets].filter(([, word]) => output.includes(word) || output.includes(encodeURIComponent(word)));
    expect(found.map(([what]) => what)).toEqual([]);
    expect(secrets.size).toBeGreaterThan(15);
  });
});

/** What a client does that does everything right. */
async function talk({ wsUrl }: ServerProcess): Promise<void> {
  const client = await Client.open(`${wsUrl}/ws?name=${secret('name')}&client=${secret('client-secret')}`);
  await client.event('welcome');
  const channel = 'news';
  await client.ask('join', { channel });
  await client.ask('message', { channel, text: secret('text'), key: secret('key') });
  await client.ask('message', { channel, data: { [secret('property')]: secret('value') } });
  await client.ask('auth', { token: token('token-in-auth') });
  await client.close();
  const plain = await Client.open(wsUrl);
  plain.send({ id: secret('plain-name'), text: secret('plain-text') });
  await plain.frame();
  await plain.close();
}

/** Tokens in each place where one may stand. Who is let in depends on settings; what is written must not. */
async function connectInEveryWay({ port }: ServerProcess): Promise<void> {
  const ways: [string, Record<string, string>][] = [
    ['/ws', { Authorization: `Bearer ${token('token-in-header')}` }],
    ['/ws', { 'Sec-WebSocket-Protocol': `belfry.v1, bearer.${token('token-in-subprotocol')}` }],
    [`/ws?token=${token('token-in-query')}&access_token=${token('access-token-in-query')}`, {}],
    ['/ws', { Cookie: `session=${secret('cookie')}` }],
    ['/ws', { 'Sec-WebSocket-Protocol': `,,${token('token-in-broken-list')}` }],
    [`/nothing?token=${token('token-to-nowhere')}`, {}],
  ];
  for (const [path, headers] of ways) {
    await answerTo(port, requestBytes(`GET ${path} HTTP/1.1`, { ...HANDSHAKE, ...headers }));
    await answerTo(port, requestBytes(`GET ${path} HTTP/1.1`, { Host: 'x', ...headers }));
  }
  const headers = { Host: 'x', 'X-API-Key': secret('api-key'), Authorization: `Bearer ${secret('api-key-in-header')}` };
  const body = `{"text":"${secret('posted-text')}`;
  const post = { ...headers, 'Content-Type': 'application/json', 'Content-Length': String(body.length) };
  await answerTo(port, requestBytes('POST /api/channels/news/messages HTTP/1.1', post, body));
}

/** Each of these ends in an error, and some in a line of the log. */
async function breakThings({ port }: ServerProcess): Promise<void> {
  const broken = [
    frameBytes({ opcode: TEXT, payload: `{"event":"${secret('broken-json')}` }),
    frameBytes({ opcode: TEXT, payload: `{"event":"${secret('unknown-event')}"}` }),
    frameBytes({ opcode: TEXT, payload: `{"event":"message","data":{"channel":"${secret('bad-channel')}!"}}` }),
    frameBytes({ opcode: TEXT, payload: secret('not-masked'), mask: false }),
  ];
  for (const bytes of broken) {
    const client = await RawClient.open(port, '/ws');
    await client.frame();
    client.write(bytes);
    await client.frame();
    client.endWriting();
    await client.ended();
  }
  await answerTo(port, `GET /${secret('no-http')}\r\n\r\n`);
  await answerTo(port, requestBytes('GET /ws HTTP/1.1', { ...HANDSHAKE, 'Sec-WebSocket-Key': secret('bad-key') }));
}
