/** All kinds of hostile visits, in the order in which they come. */
import type { Kind } from '../session.ts';
import { DEFLATE } from './deflate.ts';
import { ENVELOPES } from './envelopes.ts';
import { FRAMES } from './frames.ts';
import { HANDSHAKES } from './handshakes.ts';
import { LINGERING } from './lingering.ts';
import { LIMITED } from './limited.ts';
import { REQUESTS } from './requests.ts';

/** Their shares add up to about 100. */
export const KINDS: readonly Kind[] = [FRAMES, ENVELOPES, HANDSHAKES, REQUESTS, DEFLATE, LIMITED, LINGERING];
