/** Keys that somebody publishes at an address: asked for when they are needed, kept, and asked for again when they change. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { Client } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';
import { refusalOf, shown, tokenFor } from '../support/tokens.ts';

const realNow = Date.now;

interface Pair {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

async function pair(kid: string, alg = 'ES256'): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return { jwk: { ...(await exportJWK(publicKey)), kid, alg }, privateKey };
}

async function tokenOf({ privateKey, jwk }: Pair, kid = jwk.kid): Promise<string> {
  return tokenFor({}, { key: privateKey, header: { alg: String(jwk.alg), kid } });
}

async function userOf(url: string, token: string): Promise<unknown> {
  const client = await Client.open(url, [], shown(token).options);
  return (await client.event('welcome')).data?.['user'];
}

describe('keys at an address', () => {
  let issuer: Server;
  let keys: JWK[];
  let asked: number;
  let answer: () => { status: number; body: string };

  beforeEach(async () => {
    asked = 0;
    answer = () => ({ status: 200, body: JSON.stringify({ keys }) });
    issuer = createServer((_request, response) => {
      asked += 1;
      const { status, body } = answer();
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    }).listen(0, '127.0.0.1');
    await once(issuer, 'listening');
  });

  afterEach(() => {
    Date.now = realNow;
    issuer.close();
    issuer.closeAllConnections();
  });

  async function start(): Promise<string> {
    const { port } = issuer.address() as AddressInfo;
    const { wsUrl } = await startBelfry({ authJwksUrl: `http://127.0.0.1:${port}/keys` });
    return `${wsUrl}/ws`;
  }

  it('verify tokens, and are asked for once', async () => {
    const [one, two] = [await pair('1'), await pair('2', 'EdDSA')];
    keys = [one.jwk, two.jwk];
    const url = await start();
    for (const issued of [one, two, one]) expect(await userOf(url, await tokenOf(issued))).toEqual({ id: 'ann' });
    expect(asked).toBe(1);
  });

  it('are asked for again when a token names a new one, but not for each that names none of them', async () => {
    const [old, renewed] = [await pair('1'), await pair('2')];
    keys = [old.jwk];
    const url = await start();
    expect(await userOf(url, await tokenOf(old))).toEqual({ id: 'ann' });
    keys = [renewed.jwk];
    for (let i = 0; i < 3; i += 1)
      expect(await refusalOf(url, await tokenOf(old, `x${i}`))).toMatchObject({ status: 401 });
    expect(asked).toBe(1);
    const later = Date.now() + 31_000;
    Date.now = () => later;
    expect(await userOf(url, await tokenOf(renewed))).toEqual({ id: 'ann' });
    expect(await refusalOf(url, await tokenOf(old))).toMatchObject({ status: 401 });
    expect(asked).toBe(2);
  });

  it('that are not there make no token wrong: a client is to come back', async () => {
    const one = await pair('1');
    keys = [one.jwk];
    answer = () => ({ status: 500, body: '' });
    const url = await start();
    expect(await refusalOf(url, await tokenOf(one))).toMatchObject({ status: 503 });
    const page = await Client.open(url, [`bearer.${await tokenOf(one)}`]);
    expect(await page.json()).toMatchObject({ event: 'error', data: { code: 'unavailable', temporary: true } });
    expect(await page.closed).toMatchObject({ code: 1013 });
    const guest = await Client.welcomed(url);
    expect((await guest.ask('auth', { token: await tokenOf(one) })).data).toMatchObject({ code: 'unavailable' });
    answer = () => ({ status: 200, body: JSON.stringify({ keys }) });
    expect(await userOf(url, await tokenOf(one))).toEqual({ id: 'ann' });
  });

  it.each([
    ['HS256 with a key of the set as the secret', { alg: 'HS256', kid: '1' }],
    ['another key than the one it names', { alg: 'ES256', kid: '1' }],
  ])('do not verify %s', async (_what, header) => {
    const [one, other] = [await pair('1'), await pair('2')];
    keys = [one.jwk];
    const key = header.alg === 'HS256' ? new TextEncoder().encode(JSON.stringify(one.jwk)) : other.privateKey;
    expect(await refusalOf(await start(), await tokenFor({}, { key, header }))).toMatchObject({ status: 401 });
  });
});
