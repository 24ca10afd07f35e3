/** The log never holds what is confidential: no token in whatever way it comes, no name, no key, no word of a message. */
import { randomBytes } from 'node:crypto';
import { Client } from '../support/client.ts';
import { HANDSHAKE, RawClient } from '../support/raw-client.ts';
import { startServer } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { SECRET, tokenFor } from '../support/tokens.ts';
import { frameBytes, TEXT } from '../support/wire/frames.ts';
import { answerTo, requestBytes } from '../support/wire/http.ts';

/** A word that nobody else would write, made anew for each thing that is to be kept. */
const secrets = new Map<string, string>();

function secret(what: string): string {
  const word = `${what}-${randomBytes(12).toString('hex')}`;
  secrets.set(what, word);
  return word;
}

/** Signed by us, or not: who shows the one is let in, who shows the other is not, and neither is written down. */
async function token(what: string, isOurs = true): Promise<string> {
  // Whose connection it was is told when it ends, by the user's id; everything else of the token is not.
  const claims = { name: secret(`name-of-${what}`), jti: secret(`jti-of-${what}`) };
  const whole = await tokenFor(claims, isOurs ? {} : { key: randomBytes(32) });
  const [, payload = '', signature = ''] = whole.split('.');
  secrets.set(`payload-of-${what}`, payload).set(`signature-of-${what}`, signature);
  return whole;
}

describe('the log of a server that tells all it can, as JSON', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer({
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
      AUTH_JWT_SECRET: SECRET,
      AUTH_QUERY_TOKEN: 'true',
    });
    secrets.set('secret-of-tokens', SECRET);
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
  const refused = await client.ask('auth', { token: await token('token-in-auth-of-others', false) });
  expect(refused.data).toMatchObject({ code: 'unauthorized' });
  expect(await client.ask('auth', { token: await token('token-in-auth') })).toMatchObject({ event: 'ack' });
  await client.close();
  const plain = await Client.open(wsUrl);
  plain.send({ id: secret('plain-name'), text: secret('plain-text') });
  await plain.frame();
  await plain.close();
}

/** Tokens in each place where one may stand, those that are taken and those that are not. */
async function connectInEveryWay({ port }: ServerProcess): Promise<void> {
  const statuses = [];
  for (const isOurs of [true, false]) {
    const next = async (what: string): Promise<string> => token(`${what}-${isOurs ? 'ours' : 'of-others'}`, isOurs);
    const ways: [string, Record<string, string>][] = [
      ['/ws', { Authorization: `Bearer ${await next('token-in-header')}` }],
      ['/ws', { 'Sec-WebSocket-Protocol': `belfry.v1, bearer.${await next('token-in-subprotocol')}` }],
      [`/ws?token=${await next('token-in-query')}&access_token=${await next('access-token-in-query')}`, {}],
      ['/ws', { Cookie: `session=${secret('cookie')}` }],
      ['/ws', { 'Sec-WebSocket-Protocol': `,,${await next('token-in-broken-list')}` }],
      [`/nothing?token=${await next('token-to-nowhere')}`, {}],
    ];
    for (const [path, headers] of ways) {
      const { status } = await answerTo(port, requestBytes(`GET ${path} HTTP/1.1`, { ...HANDSHAKE, ...headers }));
      statuses.push(status);
      await answerTo(port, requestBytes(`GET ${path} HTTP/1.1`, { Host: 'x', ...headers }));
    }
    const asked = { Host: 'x', Authorization: `Bearer ${await next('token-over-http')}` };
    for (const path of ['/api/welcome', '/api/channels/news/messages', '/api/connections']) {
      statuses.push((await answerTo(port, requestBytes(`GET ${path} HTTP/1.1`, asked))).status);
    }
  }
  // Pages in a browser are told after the upgrade why they may not be here, which is 101 as well.
  const [ours, others] = [
    [101, 101, 101, 101, 400, 404, 200, 200, 403],
    [401, 101, 101, 101, 400, 404, 401, 401, 401],
  ];
  expect(statuses).toEqual([...ours, ...others]);
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
