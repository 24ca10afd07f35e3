/** A gateway whose own verifyClient takes its time: the room that there was when a client came may be gone when it is let in. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Client } from '../support/client.ts';
import { startGateways } from '../support/in-process.ts';

type Verdict = (accepted: boolean) => void;

const asked: Verdict[] = [];
let whenAsked: (() => void) | undefined;

@WebSocketGateway({
  path: '/slow',
  verifyClient: (_info: unknown, verdict: Verdict) => {
    asked.push(verdict);
    whenAsked?.();
  },
})
class SlowGateway {
  @SubscribeMessage('hello')
  hello(): string {
    return 'hello';
  }
}

/** Resolves when the gateway has been asked about so many clients. */
async function askedFor(count: number): Promise<void> {
  while (asked.length < count) await new Promise<void>((resolve) => (whenAsked = resolve));
}

it('a client for whom there is no room any more is closed with 1013, and harms nobody by what it sends then', async () => {
  const { wsUrl, port } = await startGateways({ gateways: [SlowGateway], settings: { maxConnections: 1 } });
  const first = Client.open(`${wsUrl}/slow`);
  await askedFor(1);
  const late = connect(port, '127.0.0.1');
  late.on('error', () => undefined);
  const key = 'AAAAAAAAAAAAAAAAAAAAAA==';
  late.write(
    `GET /slow HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  await askedFor(2);
  for (const verdict of asked) verdict(true);

  let received = Buffer.alloc(0);
  const close = Buffer.from([0x88, 2, 1013 >> 8, 1013 & 0xff]);
  while (!received.includes(close)) received = Buffer.concat([received, (await once(late, 'data'))[0] as Buffer]);
  // Reserved bits, which no frame may have.
  late.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]));
  await once(late, 'close');
  expect((await (await first).ask('hello')).data).toBe('hello');
});
