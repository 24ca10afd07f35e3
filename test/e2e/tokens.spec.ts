/** A client is who its token says, wherever it shows it; a token that is not beyond doubt makes nobody a guest instead. */
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../src/settings/settings.ts';
import { Client } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';
import { RawClient } from '../support/raw-client.ts';
import { refusalOf, SECRET, shown, tokenFor } from '../support/tokens.ts';
import type { Place } from '../support/tokens.ts';

async function start(settings: Partial<Settings> = {}) {
  const { wsUrl, port } = await startBelfry({ authJwtSecret: SECRET, ...settings });
  return { url: `${wsUrl}/ws`, root: wsUrl, port };
}

async function connect(url: string, token: string, place: Place = 'header'): Promise<Client> {
  const { path, protocols, options } = shown(token, place);
  return Client.open(url + path, protocols, options);
}

describe('a token', () => {
  it.each(['header', 'subprotocol', 'query'] as const)('in the %s says who a client is', async (place) => {
    const { url } = await start({ authQueryToken: true });
    const client = await connect(url, await tokenFor({ name: 'Ann' }), place);
    expect((await client.event('welcome')).data).toMatchObject({ user: { id: 'ann', name: 'Ann' } });
    const heard = await Client.joined(url, 'news');
    await client.ask('message', { channel: 'news', text: 'hi', from: 'eve', name: 'Eve' });
    expect((await heard.event('message')).data).toMatchObject({ from: 'ann', name: 'Ann' });
  });

  it.each(['HS256', 'HS384', 'HS512'])('may be signed with %s', async (alg) => {
    const { url } = await start();
    const client = await connect(url, await tokenFor({}, { header: { alg } }));
    expect((await client.event('welcome')).data).toMatchObject({ user: { id: 'ann' } });
  });

  it('in the query is not taken unless that is switched on, and makes no guest', async () => {
    const { url } = await start();
    const client = await connect(url, await tokenFor(), 'query');
    expect(await client.json()).toMatchObject({ event: 'error', data: { code: 'unauthorized' } });
    expect(await client.closed).toMatchObject({ code: 4500 });
  });

  it('is told where no tokens are taken that they are not', async () => {
    const { wsUrl } = await startBelfry();
    const { status, body } = await refusalOf(`${wsUrl}/ws`, await tokenFor());
    expect([status, body]).toEqual([401, expect.stringMatching('not set up for tokens')]);
  });

  it('says who speaks at / as well, whatever the client says there', async () => {
    const { root } = await start();
    const ann = await connect(root, await tokenFor({ name: 'Ann' }));
    const nameless = await connect(root, await tokenFor({ sub: 'bob' }));
    const guest = await Client.open(root);
    for (const client of [ann, nameless, guest]) await client.json();
    ann.send({ id: 'Eve', text: 'one' });
    expect(await guest.json()).toEqual({ id: 'Ann', text: 'one' });
    nameless.send({ id: 'Eve', text: 'two' });
    expect(await guest.json()).toEqual({ id: 'bob', text: 'two' });
    guest.send({ id: 'Guy', text: 'three' });
    expect(await guest.json()).toEqual({ id: 'Guy', text: 'three' });
  });

  it('is never the subprotocol that is chosen, unless nothing else was offered', async () => {
    const { port } = await start();
    const bearer = `bearer.${await tokenFor()}`;
    const chosen = async (path: string, offered: string): Promise<string | undefined> =>
      (await RawClient.open(port, path, { 'Sec-WebSocket-Protocol': offered })).header('sec-websocket-protocol');
    expect(await chosen('/ws', `${bearer}, belfry.v1`)).toBe('belfry.v1');
    expect(await chosen('/', `${bearer}, other`)).toBe('other');
    expect(await chosen('/ws', bearer)).toBe(bearer);
    expect(await chosen('/', bearer)).toBe(bearer);
  });

  it('alone among the subprotocols is enough to be welcomed', async () => {
    const { url } = await start();
    const client = await Client.open(url, [`bearer.${await tokenFor()}`]);
    expect((await client.event('welcome')).data).toMatchObject({ user: { id: 'ann' } });
  });
});

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const hour = (): number => Math.floor(Date.now() / 1000) + 3600;
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** Signed with the public key as if that were a secret, as a server would verify it that lets a token choose how. */
function confused(): string {
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'ann', exp: hour() })}`;
  return `${signed}.${createHmac('sha256', PEM).update(signed).digest('base64url')}`;
}

const now = (): number => Math.floor(Date.now() / 1000);
const named = { authIssuer: 'https://id.example', authAudience: 'belfry' };
const right = { iss: 'https://id.example', aud: ['other', 'belfry'] };

const REFUSED: ReadonlyArray<[string, () => Promise<string>]> = [
  [
    'that is signed with nothing',
    async () => `${part({ alg: 'none' })}.${part({ sub: 'ann', exp: hour(), ...right })}.`,
  ],
  [
    'that is signed with nothing, in other letters',
    async () => `${part({ alg: 'nOnE' })}.${part({ sub: 'ann', exp: hour(), ...right })}.`,
  ],
  ['of another secret', async () => tokenFor(right, { key: new TextEncoder().encode('x'.repeat(32)) })],
  ['of a key pair', async () => tokenFor(right, { key: privateKey, header: { alg: 'RS256' } })],
  ['that has expired', async () => tokenFor({ ...right, exp: now() - 6 })],
  ['that is not valid yet', async () => tokenFor({ ...right, nbf: now() + 60 })],
  ['that was issued in the future', async () => tokenFor({ ...right, iat: now() + 60 })],
  ['that never expires', async () => tokenFor({ ...right, exp: undefined })],
  ['that expires in a hundred years', async () => tokenFor({ ...right, exp: now() + 3_153_600_000 })],
  ['of another issuer', async () => tokenFor({ ...right, iss: 'https://id.example.evil' })],
  ['without an issuer', async () => tokenFor({ aud: 'belfry' })],
  ['for somebody else', async () => tokenFor({ ...right, aud: 'other' })],
  ['for nobody', async () => tokenFor({ iss: right.iss })],
  [
    'with a critical header that nobody understands',
    async () => tokenFor(right, { header: { alg: 'HS256', crit: ['odd'], odd: 1 } }),
  ],
  ['without sub', async () => tokenFor({ ...right, sub: undefined })],
  ['with an empty sub', async () => tokenFor({ ...right, sub: '' })],
  ['of somebody who looks like a guest', async () => tokenFor({ ...right, sub: 'guest-1' })],
  ['of somebody who looks nearly like a guest', async () => tokenFor({ ...right, sub: 'Guest-1' })],
  ['with invisible characters in sub', async () => tokenFor({ ...right, sub: 'ann\u202E' })],
  ['with a sub of 129 characters', async () => tokenFor({ ...right, sub: 'a'.repeat(129) })],
  ['with a name of 65 characters', async () => tokenFor({ ...right, name: 'a'.repeat(65) })],
  ['with admin as a text', async () => tokenFor({ ...right, admin: 'true' })],
  [
    'with permissions that are no list',
    async () => tokenFor({ ...right, permissions: { channel: '*', allow: ['join'] } }),
  ],
  ['with a permission that is no object', async () => tokenFor({ ...right, permissions: ['*'] })],
  [
    'with an action that does not exist',
    async () => tokenFor({ ...right, permissions: [{ channel: '*', allow: ['all'] }] }),
  ],
  [
    'with a pattern of 129 characters',
    async () => tokenFor({ ...right, permissions: [{ channel: '*'.repeat(129), allow: [] }] }),
  ],
  [
    'with 101 permissions',
    async () => tokenFor({ ...right, permissions: Array.from({ length: 101 }, () => ({ channel: 'a', allow: [] })) }),
  ],
  ['of more than 8,192 characters', async () => tokenFor({ ...right, more: 'x'.repeat(8192) })],
  ['with half of it', async () => (await tokenFor(right)).slice(0, 60)],
  ['that is empty', async () => ''],
  [
    'that is changed',
    async () => (await tokenFor(right)).replace(/\.[^.]+\./, `.${part({ ...right, sub: 'eve', exp: hour() })}.`),
  ],
];

describe('a client with a token', () => {
  let url: string;
  beforeEach(async () => ({ url } = await start(named)));

  it('that is as it should be is let in', async () => {
    const client = await connect(url, await tokenFor(right));
    expect((await client.event('welcome')).data).toMatchObject({ user: { id: 'ann' } });
  });

  it('that expired within what clocks may differ is let in', async () => {
    const client = await connect(url, await tokenFor({ ...right, exp: now() - 1 }));
    expect((await client.event('welcome')).data).toMatchObject({ user: { id: 'ann' } });
  });

  it.each(REFUSED)('%s is refused before the upgrade, and told how to prove who it is', async (_what, make) => {
    const token = await make();
    const { status, auth, body } = await refusalOf(url, token);
    expect({ status, auth }).toEqual({ status: 401, auth: expect.stringMatching(/^Bearer/) });
    expect(JSON.parse(body)).toMatchObject({ code: 'unauthorized' });
    expect(body).not.toMatch(token.slice(-20) || 'the whole of it');
  });

  it.each(REFUSED)(
    '%s that it shows as a subprotocol is told so in a frame and closed with 4500',
    async (_what, make) => {
      const client = await connect(url, await make(), 'subprotocol');
      expect(await client.json()).toMatchObject({ event: 'error', data: { code: 'unauthorized' } });
      expect(await client.closed).toMatchObject({ code: 4500 });
      expect(client.waiting).toEqual([]);
    },
  );
});

describe('a public key in a file', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'belfry-key-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  async function startWith(pem: string) {
    const file = join(directory, 'key.pem');
    writeFileSync(file, pem);
    const { wsUrl } = await startBelfry({ authJwtPublicKeyFile: file });
    return `${wsUrl}/ws`;
  }

  const spki = (key: typeof publicKey): string => key.export({ type: 'spki', format: 'pem' }).toString();

  it.each([
    ['RS256', { publicKey, privateKey }],
    ['PS512', { publicKey, privateKey }],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['ES384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['EdDSA', generateKeyPairSync('ed25519')],
  ])('verifies tokens of %s', async (alg, pair) => {
    const url = await startWith(spki(pair.publicKey));
    const client = await connect(url, await tokenFor({}, { key: pair.privateKey, header: { alg } }));
    expect((await client.event('welcome')).data).toMatchObject({ user: { id: 'ann' } });
  });

  it("is no secret: a token that is signed with it is nobody's", async () => {
    expect(await refusalOf(await startWith(PEM), confused())).toMatchObject({ status: 401 });
  });

  it.each([
    ['a private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'holds a private key'],
    ['RSA of 1024 bits', spki(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), 'of a kind'],
    ['a key to agree on keys', spki(generateKeyPairSync('x25519').publicKey), 'of a kind'],
    ['a curve that no token has', spki(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey), 'of a kind'],
    ['something else', 'hello', 'holds no public key'],
  ])('that is %s stops the start, with a sentence that says why', async (_what, pem, sentence) => {
    await expect(startWith(pem)).rejects.toThrow(sentence);
  });
});
