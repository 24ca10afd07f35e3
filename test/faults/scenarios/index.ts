/** Every scenario, in the order in which they are played. */
import { crashedTab } from './crashed-tab.ts';
import { cutLines } from './cut-lines.ts';
import { killNine } from './kill-nine.ts';
import { lostAck } from './lost-ack.ts';
import type { Scenario } from './scenario.ts';
import { stoppedReader } from './stopped-reader.ts';
import { trimmedHistory } from './trimmed-history.ts';

/** All of them. */
export const SCENARIOS: readonly Scenario[] = [killNine, cutLines, stoppedReader, lostAck, crashedTab, trimmedHistory];
