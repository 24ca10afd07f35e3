/**
 * Some of everything, on a server whose limits are as they are by default: being refused must be as harmless as being let in.
 */
import type { Kind } from '../session.ts';
import { ENVELOPES } from './envelopes.ts';
import { FRAMES } from './frames.ts';
import { HANDSHAKES } from './handshakes.ts';
import { REQUESTS } from './requests.ts';

/** As the settings have them by default. */
const LIMITS = {
  HANDSHAKE_RATE: '100',
  FRAME_RATE: '200',
  BYTE_RATE: '1MiB',
  RATE_LIMIT: '100',
  MAX_CONNECTIONS_PER_ADDRESS: '1000',
};

/** A family of visits. */
export const LIMITED: Kind = {
  name: 'limited',
  title: 'some of everything, with all limits on',
  share: 5,
  concurrency: 8,
  env: LIMITS,
  session: (random) => random.pick([FRAMES, ENVELOPES, HANDSHAKES, REQUESTS]).session(random),
};
