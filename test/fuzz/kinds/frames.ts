/**
 * Frames that break the rules of RFC 6455 section 5, one in each visit, behind frames that keep them.
 */
import { BINARY, CLOSE, closeBytes, CONTINUATION, frameBytes, PING, PONG, TEXT } from '../../support/wire/frames.ts';
import type { FrameToSend } from '../../support/wire/frames.ts';
import type { Random } from '../../faults/random.ts';
import { BOUNDARIES, damaged, noise } from '../mutations/bytes.ts';
import type { Kind } from '../session.ts';
import { validEnvelope } from './envelopes.ts';
import { PATHS, someEnding, written } from './opening.ts';

const OPCODES: [number, ...number[]] = [TEXT, BINARY, PING, PONG, CLOSE];
const NOT_UTF8 = ['80', 'c0af', 'eda080', 'f4908080', 'ff', 'e282'] as [string, ...string[]];

/** A family of visits. */
export const FRAMES: Kind = {
  name: 'frames',
  title: 'frames that break RFC 6455',
  share: 28,
  concurrency: 8,
  session(random) {
    const good = Array.from({ length: random.between(0, 3) }, () => frameBytes(goodFrame(random)));
    const path = random.pick(PATHS);
    return { inputs: 1, writes: written(path, [...good, broken(random)], random), ending: someEnding(random) };
  },
};

function goodFrame(random: Random): FrameToSend {
  const mask = noise(4, random);
  const opcode = random.pick([TEXT, TEXT, BINARY, PING, PONG]);
  const payload = opcode === TEXT ? validEnvelope(random) : noise(random.pick([0, 1, 20, 125]), random);
  return { opcode, payload, mask };
}

function broken(random: Random): Buffer {
  const frame = goodFrame(random);
  switch (random.between(0, 9)) {
    case 0:
      return frameBytes({ ...frame, rsv: random.between(1, 7) });
    case 1:
      return frameBytes({ ...frame, opcode: random.between(0, 15), fin: random.chance(0.5) });
    case 2:
      return frameBytes({ ...frame, mask: false });
    case 3:
      return lying(frame, random);
    case 4:
      return frameBytes({
        ...frame,
        opcode: random.pick([PING, PONG, CLOSE]),
        fin: random.chance(0.5),
        payload: noise(random.between(0, 200), random),
      });
    case 5:
      return closeBytes(random.between(0, 65_535), noise(random.between(0, 123), random));
    case 6:
      return notUtf8(frame, random);
    case 7:
      return fragments(random);
    case 8:
      return noise(random.between(1, 300), random);
    default:
      return damaged(frameBytes(frame), random);
  }
}

/** Says another length than it has, or in more bytes than that takes. */
function lying(frame: FrameToSend, random: Random): Buffer {
  const length = random.pick(BOUNDARIES);
  if (length < 126n && random.chance(0.5)) return frameBytes({ ...frame, length, lengthBytes: random.pick([0, 2, 8]) });
  return frameBytes({ ...frame, length, lengthBytes: length < 65_536n ? 2 : 8 });
}

function notUtf8(frame: FrameToSend, random: Random): Buffer {
  const bad = Buffer.from(random.pick(NOT_UTF8), 'hex');
  const payload = Buffer.concat([Buffer.from('{"event":"'), bad, Buffer.from('"}')]);
  if (random.chance(0.5)) return frameBytes({ ...frame, opcode: random.pick([TEXT, BINARY]), payload });
  const cut = random.between(0, payload.length);
  const first = frameBytes({ opcode: TEXT, fin: false, payload: payload.subarray(0, cut) });
  return Buffer.concat([first, frameBytes({ opcode: CONTINUATION, payload: payload.subarray(cut) })]);
}

/** Begun, continued and ended in no order, with anything between. */
function fragments(random: Random): Buffer {
  const pieces = Array.from({ length: random.between(2, 40) }, () =>
    frameBytes({
      opcode: random.chance(0.7) ? CONTINUATION : random.pick(OPCODES),
      fin: random.chance(0.2),
      payload: noise(random.pick([0, 0, 1, 10, 126]), random),
    }),
  );
  return Buffer.concat([frameBytes({ opcode: TEXT, fin: false, payload: '{' }), ...pieces]);
}
