/**
 * Where most kinds begin: a handshake that is as it should be.
 */
import { HANDSHAKE } from '../../support/raw-client.ts';
import { frameBytes, PING } from '../../support/wire/frames.ts';
import { requestBytes } from '../../support/wire/http.ts';
import type { Random } from '../../faults/random.ts';
import { inPieces } from '../mutations/bytes.ts';
import type { Ending } from '../session.ts';

/** Belfry's own endpoints. */
export const PATHS: [string, string] = ['/ws', '/'];

/** A handshake as bytes. */
export function opening(path: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  return Buffer.from(requestBytes(`GET ${path} HTTP/1.1`, { ...HANDSHAKE, ...headers }));
}

/** The last frame of a visit, unless something before it was fatal: its pong says that everything before has been read. */
export const MARK = 'that was all';
const LAST = frameBytes({ opcode: PING, payload: MARK });

/** The writes of a visit: mostly in one piece with the handshake, else cut wherever it comes. */
export function written(
  path: string,
  frames: readonly Buffer[],
  random: Random,
  headers: Readonly<Record<string, string>> = {},
): Buffer[] {
  const all = Buffer.concat([...frames, LAST]);
  const start = opening(path, headers);
  if (random.chance(0.6)) return [Buffer.concat([start, all])];
  return random.chance(0.5) ? [start, all] : inPieces(Buffer.concat([start, all]), random);
}

/** Most wait for what they are told. */
export function someEnding(random: Random): Ending {
  if (random.chance(0.8)) return 'end';
  return random.chance(0.5) ? 'half-close' : 'reset';
}
