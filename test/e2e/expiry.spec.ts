/** A connection lasts no longer than the token that it was opened with, or the newest that it was given. */
import { Client } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';
import { SECRET, shown, tokenFor } from '../support/tokens.ts';

const now = (): number => Math.floor(Date.now() / 1000);

describe('a connection whose token expires', () => {
  it.each(['/ws', '/'])('is closed with 4002 (%s)', async (path) => {
    const { wsUrl } = await startBelfry({ authJwtSecret: SECRET });
    const client = await Client.open(wsUrl + path, [], shown(await tokenFor({ exp: now() + 1 })).options);
    expect(await client.closed).toMatchObject({ code: 4002 });
    expect(client.waiting).toHaveLength(1);
  });

  it('goes on when it is given a newer one', async () => {
    const { wsUrl } = await startBelfry({ authJwtSecret: SECRET });
    const short = shown(await tokenFor({ exp: now() + 1 })).options;
    const renewed = await Client.open(`${wsUrl}/ws`, [], short);
    const left = await Client.open(`${wsUrl}/ws`, [], short);
    expect(await renewed.ask('auth', { token: await tokenFor() })).toMatchObject({ event: 'ack' });
    expect(await left.closed).toMatchObject({ code: 4002 });
    expect(await renewed.ask('join', { channel: 'news' })).toMatchObject({ event: 'ack' });
  });

  it('of a guest that became a user with it does not become a guest again', async () => {
    const { wsUrl } = await startBelfry({ authJwtSecret: SECRET });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    await client.ask('auth', { token: await tokenFor({ exp: now() + 1 }) });
    expect(await client.closed).toMatchObject({ code: 4002 });
  });
});
