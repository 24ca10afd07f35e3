/** RFC 6455 section 4.2: the opening handshake, as clients may write it, and what is refused. */
import { createHash, randomBytes } from 'node:crypto';
import { startBelfry } from '../support/in-process.ts';
import { HANDSHAKE, RawClient } from '../support/raw-client.ts';
import { answerTo, requestBytes } from '../support/wire/http.ts';
import type { RawAnswer } from '../support/wire/http.ts';
import { frameBytes, TEXT } from '../support/wire/frames.ts';
import { echoed, openEcho, startEcho } from './endpoints.ts';

/** Section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

type Change = Readonly<Record<string, string | undefined>>;

async function shake(change: Change = {}, start = 'GET /echo HTTP/1.1'): Promise<RawAnswer> {
  return answerTo(await startEcho(), requestBytes(start, { ...HANDSHAKE, ...change }));
}

const without = (name: string): Change => ({ [name]: undefined });

describe('the opening handshake (section 4.2)', () => {
  it('is answered with 101 and the key hashed with the GUID (4.2.2)', async () => {
    const key = randomBytes(16).toString('base64');
    const { status, headers } = await shake({ 'Sec-WebSocket-Key': key });
    expect(status).toBe(101);
    const accept = createHash('sha1')
      .update(key + GUID)
      .digest('base64');
    expect(headers.get('sec-websocket-accept')).toBe(accept);
    expect([...headers.keys()].toSorted()).toEqual(['connection', 'sec-websocket-accept', 'upgrade']);
  });

  it.each<[string, Change]>([
    ['Upgrade in capitals (4.2.1.3)', { Upgrade: 'WebSocket' }],
    ['Connection in small letters (4.2.1.4)', { Connection: 'upgrade' }],
    ['Connection as a list, as Firefox writes it (4.2.1.4)', { Connection: 'keep-alive, Upgrade' }],
    ['Connection as a list without spaces (4.2.1.4)', { Connection: 'Upgrade,keep-alive' }],
    ['an Origin (4.2.1.7)', { Origin: 'http://localhost' }],
    ['headers that nobody knows (4.2.1.10)', { 'X-Unknown': 'anything', Cookie: 'a=b; c=d', 'User-Agent': 'x' }],
    ['an extension that nobody knows (9.1)', { 'Sec-WebSocket-Extensions': 'foo, bar; baz=2' }],
    ['names of headers in small letters', { Upgrade: undefined, upgrade: 'websocket' }],
  ])('may have %s', async (_sentence, change) => {
    expect((await shake(change)).status).toBe(101);
  });

  it.each([
    ['another method (4.2.1.1)', 'POST /echo HTTP/1.1', {}, 405],
    ['HTTP/1.0 (4.2.1.1)', 'GET /echo HTTP/1.0', {}, 400],
    ['no Host (4.2.1.2)', 'GET /echo HTTP/1.1', without('Host'), 400],
    ['no Upgrade: it is a plain request (4.2.1.3)', 'GET /echo HTTP/1.1', without('Upgrade'), 426],
    ['another Upgrade: it is a plain request (4.2.1.3)', 'GET /echo HTTP/1.1', { Upgrade: 'h2c' }, 426],
    ['no Connection: it is a plain request (4.2.1.4)', 'GET /echo HTTP/1.1', without('Connection'), 426],
    [
      'a Connection without Upgrade: it is a plain request (4.2.1.4)',
      'GET /echo HTTP/1.1',
      { Connection: 'close' },
      426,
    ],
    ['no key (4.2.1.5)', 'GET /echo HTTP/1.1', without('Sec-WebSocket-Key'), 400],
    ['an empty key (4.2.1.5)', 'GET /echo HTTP/1.1', { 'Sec-WebSocket-Key': '' }, 400],
    ['a key of 15 bytes (4.2.1.5)', 'GET /echo HTTP/1.1', { 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAA' }, 400],
    ['a key of 17 bytes (4.2.1.5)', 'GET /echo HTTP/1.1', { 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAAA=' }, 400],
    [
      'a key that is no base64 (4.2.1.5)',
      'GET /echo HTTP/1.1',
      { 'Sec-WebSocket-Key': '!AAAAAAAAAAAAAAAAAAAAA==' },
      400,
    ],
    ['no version (4.2.1.6)', 'GET /echo HTTP/1.1', without('Sec-WebSocket-Version'), 426],
    ['version 8 (4.2.1.6)', 'GET /echo HTTP/1.1', { 'Sec-WebSocket-Version': '8' }, 426],
    ['version 14 (4.2.1.6)', 'GET /echo HTTP/1.1', { 'Sec-WebSocket-Version': '14' }, 426],
    ['version 13 and another (4.2.1.6)', 'GET /echo HTTP/1.1', { 'Sec-WebSocket-Version': '13, 8' }, 426],
    ['a path where nothing is served (4.2.2.4)', 'GET /nothing HTTP/1.1', {}, 404],
    ['a fragment in its path (3)', 'GET /echo#there HTTP/1.1', {}, 404],
    ['an empty list of subprotocols (4.2.1.8)', 'GET /echo HTTP/1.1', { 'Sec-WebSocket-Protocol': '' }, 400],
    ['the same subprotocol twice (4.1.10)', 'GET /echo HTTP/1.1', { 'Sec-WebSocket-Protocol': 'a, a' }, 400],
    ['a subprotocol that is no token (4.1.10)', 'GET /echo HTTP/1.1', { 'Sec-WebSocket-Protocol': 'a b' }, 400],
  ] as const)('with %s is answered in plain HTTP', async (_sentence, start, change, status) => {
    const answer = await shake(change, start);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ status, code: expect.any(String) });
  });

  it.each(['8', '14', '13, 8', 'x'])('of version %s is told the version that is spoken here (4.4)', async (version) => {
    expect((await shake({ 'Sec-WebSocket-Version': version })).headers.get('sec-websocket-version')).toBe('13');
  });

  it.each([
    ['belfry.v1', 'belfry.v1'],
    ['chat, belfry.v1', 'belfry.v1'],
    ['belfry.v1,chat', 'belfry.v1'],
  ])('that offers the subprotocols "%s" is given %s of them (4.2.2.5)', async (offered, chosen) => {
    const { port } = await startBelfry();
    const client = await RawClient.open(port, '/ws', { 'Sec-WebSocket-Protocol': offered });
    expect(client.header('Sec-WebSocket-Protocol')).toBe(chosen);
  });

  it('that offers no subprotocol is given none (4.2.2.5)', async () => {
    expect((await shake()).headers.has('sec-websocket-protocol')).toBe(false);
  });

  it('that offers only others is closed with 4503, so that also a browser learns why', async () => {
    const { port } = await startBelfry();
    const client = await RawClient.open(port, '/ws', { 'Sec-WebSocket-Protocol': 'chat' });
    expect(await client.closeCode()).toBe(4503);
  });

  it('may have the first frames right behind it, before it is answered (4.1)', async () => {
    const { port } = await startBelfry();
    const early = frameBytes({ opcode: TEXT, payload: '{"event":"ping","id":"early"}' });
    const client = await RawClient.open(port, '/ws', {}, early);
    expect((await client.frame()).payload.toString()).toContain('welcome');
    expect((await client.frame()).payload.toString()).toContain('"id":"early"');
  });

  it('is answered with no extension where none was agreed to (4.2.2.6)', async () => {
    const client = await openEcho({ compression: true });
    expect(client.header('Sec-WebSocket-Extensions')).toBeUndefined();
    client.write(frameBytes({ opcode: TEXT, payload: 'plain' }));
    expect((await echoed(client)).toString()).toBe('plain');
  });
});
