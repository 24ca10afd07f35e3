/** Whatever is said comes back as it was said. */
import { Client } from '../../test/support/client.ts';
import { startBelfry } from '../../test/support/in-process.ts';
import { EchoModule } from './echo.module.ts';

describe('the echo', () => {
  it('sends back text as text and bytes as bytes, in order', async () => {
    const { wsUrl } = await startBelfry({}, [EchoModule]);
    const client = await Client.open(`${wsUrl}/echo`);
    for (const frame of ['héllo', Buffer.from([0x64, 0x6f]), '']) client.send(frame);
    expect(await client.frame()).toEqual({ text: 'héllo', binary: false });
    expect(await client.frame()).toEqual({ text: 'do', binary: true });
    expect(await client.frame()).toEqual({ text: '', binary: false });
  });

  it('stands beside the channels', async () => {
    const { wsUrl } = await startBelfry({}, [EchoModule]);
    const client = await Client.welcomed(`${wsUrl}/ws`);
    expect((await client.ask('ping')).event).toBe('pong');
  });
});
