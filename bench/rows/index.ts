/** All rows, in the order in which they run and are shown. */
import { CONNECTIONS } from './connections.ts';
import { MESSAGES } from './messages.ts';
import type { Row, Scale } from './row.ts';

/** Every row. */
export const ROWS: readonly Row[] = [...MESSAGES, ...CONNECTIONS];

/** As it is meant. */
export const FULL: Scale = {
  name: 'full',
  warmUp: 1500,
  window: 3000,
  idle: 10_000,
  connects: 2000,
  missedTries: 9,
};

/** For a look within two minutes. */
export const QUICK: Scale = { name: 'quick', warmUp: 250, window: 700, idle: 2000, connects: 600, missedTries: 3 };
