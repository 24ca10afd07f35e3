/**
 * Compressed frames (RFC 7692) that are damaged, or that inflate to a thousand times their size.
 */
import { constants, deflateRawSync } from 'node:zlib';
import { CONTINUATION, frameBytes, TEXT } from '../../support/wire/frames.ts';
import type { Random } from '../../faults/random.ts';
import { damaged, noise } from '../mutations/bytes.ts';
import type { Kind } from '../session.ts';
import { validEnvelope } from './envelopes.ts';
import { PATHS, someEnding, written } from './opening.ts';

const OFFERS = [
  'permessage-deflate',
  'permessage-deflate; client_no_context_takeover',
  'permessage-deflate; server_max_window_bits=9',
] as [string, ...string[]];
const RSV1 = 4;
const MIB = 1024 * 1024;

/** Some ten thousand bytes each. */
const BOMBS = [
  deflated(Buffer.alloc(10 * MIB)),
  deflated(Buffer.alloc(10 * MIB, '{"event":')),
  deflated('['.repeat(5 * MIB)),
] as [Buffer, ...Buffer[]];

/** A family of visits. */
export const DEFLATE: Kind = {
  name: 'deflate',
  title: 'compressed frames, bombs among them',
  share: 5,
  concurrency: 4,
  session(random) {
    const headers = { 'Sec-WebSocket-Extensions': random.pick(OFFERS) };
    const good = frameBytes({ opcode: TEXT, rsv: RSV1, payload: deflated(validEnvelope(random)) });
    const frames = random.chance(0.5) ? [good, compressed(random)] : [compressed(random)];
    return { inputs: 1, writes: written(random.pick(PATHS), frames, random, headers), ending: someEnding(random) };
  },
};

function compressed(random: Random): Buffer {
  const payload = deflated(validEnvelope(random));
  const mask = noise(4, random);
  switch (random.between(0, 5)) {
    case 0:
      return frameBytes({ opcode: TEXT, rsv: RSV1, payload: random.pick(BOMBS), mask });
    case 1:
      return inFragments(random.pick(BOMBS), random);
    case 2:
      return frameBytes({ opcode: TEXT, rsv: RSV1, payload: noise(random.between(0, 300), random), mask });
    case 3:
      return frameBytes({ opcode: random.between(0, 15), rsv: random.between(4, 7), payload, mask });
    default:
      return frameBytes({ opcode: TEXT, rsv: RSV1, payload: damaged(payload, random), mask });
  }
}

function inFragments(bytes: Buffer, random: Random): Buffer {
  const size = random.between(100, 5000);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_each, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  return Buffer.concat(
    pieces.map((payload, i) =>
      frameBytes({
        opcode: i === 0 ? TEXT : CONTINUATION,
        rsv: i === 0 ? RSV1 : 0,
        fin: i === pieces.length - 1,
        payload,
      }),
    ),
  );
}

function deflated(text: Buffer | string): Buffer {
  return deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}
