/**
 * What the cases are tried on: a gateway that sends back what it gets, byte for byte, and Belfry's own two endpoints.
 */
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import type { GatewayOptions } from '../../src/gateway/gateway-adapter.ts';
import type { FrameFormat } from '../../src/gateway/messages/frame.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { startBelfry, startGateways } from '../support/in-process.ts';
import { RawClient } from '../support/raw-client.ts';
import { BINARY, frameBytes, PING, PONG } from '../support/wire/frames.ts';
import type { RawFrame } from '../support/wire/frames.ts';

/** Every message is a request to send it back. */
const BYTES: FrameFormat = {
  decode: (payload) => ({ event: 'echo', data: payload }),
  encode: () => undefined,
  encodeJson: () => undefined,
};

@WebSocketGateway({ path: '/echo', format: BYTES } satisfies GatewayOptions)
class EchoGateway {
  @SubscribeMessage('echo')
  echo(@ConnectedSocket() socket: WebSocket, @MessageBody() payload: Buffer): void {
    socket.send(payload, { binary: true });
  }
}

/** A server with the echo at `/echo`. Returns its port. */
export async function startEcho(settings: Partial<Settings> = {}): Promise<number> {
  return (await startGateways({ gateways: [EchoGateway], settings })).port;
}

/** A line to a new echo. */
export async function openEcho(
  settings: Partial<Settings> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<RawClient> {
  return RawClient.open(await startEcho(settings), '/echo', headers);
}

/** What a sequence of frames comes to: how the server ends the connection, or that it goes on. */
export type Outcome = number | 'no code' | 'open';

/**
 * Writes bytes and a ping behind them. Resolves with the code of the close frame that comes; `open` when the ping is answered, which
 * a server that has failed the connection must not do any more (section 7.1.7).
 */
export async function outcomeOf(client: RawClient, bytes: readonly Buffer[]): Promise<Outcome> {
  client.write(Buffer.concat([...bytes, frameBytes({ opcode: PING, payload: 'still there?' })]));
  for (;;) {
    const { opcode, payload } = await client.frame();
    if (opcode === 8) return payload.length < 2 ? 'no code' : payload.readUInt16BE(0);
    if (opcode === PONG && payload.toString() === 'still there?') return 'open';
  }
}

/** The same on Belfry's own endpoints, by the sentence of each case. */
export async function outcomesOnBelfry(
  path: '/ws' | '/',
  cases: readonly (readonly [sentence: string, bytes: readonly Buffer[], ...rest: unknown[]])[],
): Promise<Record<string, Outcome>> {
  const { port } = await startBelfry();
  const outcomes = cases.map(async ([sentence, bytes]) => {
    const client = await RawClient.open(port, path);
    await client.frame();
    return [sentence, await outcomeOf(client, bytes)] as const;
  });
  return Object.fromEntries(await Promise.all(outcomes));
}

/** The next message that comes back, which has to be one whole frame, unmasked and without reserved bits (section 5.1). */
export async function echoed(client: RawClient): Promise<Buffer> {
  const frame = await client.frame();
  expect(plain(frame)).toEqual({ opcode: BINARY, fin: true, rsv: 0, masked: false });
  return frame.payload;
}

function plain({ opcode, fin, rsv, masked }: RawFrame): object {
  return { opcode, fin, rsv, masked };
}
