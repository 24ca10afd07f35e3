/**
 * Stories for the verdict: what a channel was told, its one subscriber, and what was kept in the end. They are what the books are tried on.
 */
import { FAULTS } from './findings.ts';
import { keyOf, textOf } from './key.ts';
import { Ledger } from './ledger.ts';
import type { View } from './view.ts';

/** The one channel of a story. */
export const CHANNEL = 'news';
const EPOCH = 'e1';
const SIZE = 1000;

/** A message as a subscriber is given it. */
export const message = (offset: number, key = keyOf('ann', offset)) => ({
  channel: CHANNEL,
  offset,
  from: 'guest',
  key,
  text: textOf(key, 30),
  at: 0,
});

/** The answer to a publication. */
export const ack = (offset: number, epoch = EPOCH) => ({ channel: CHANNEL, epoch, offset, at: 0, duplicate: false });

interface Joining {
  readonly epoch?: string;
  readonly first?: number;
  readonly recovered?: boolean;
}

/** The answer to a join. */
export const joined = (offset: number, { epoch = EPOCH, first = 1, recovered = true }: Joining = {}) => ({
  ...ack(offset, epoch),
  first,
  recovered,
});

/** What happened, as the ledger was told. */
export interface Story {
  /** Everything that was acknowledged. */
  readonly acked: (ledger: Ledger) => void;
  /** What the subscriber was told after it had joined at 0. */
  readonly told: (view: View) => void;
  readonly kept?: {
    readonly epoch?: string;
    readonly first?: number;
    readonly last?: number;
    readonly keys?: string[];
  };
  readonly size?: number;
  /** Whether the log may lose its memory. */
  readonly mayForget?: boolean;
}

/** Plays a story in a channel whose history ends with ann's messages 1..4, and says what the verdict is. */
export function verdictOf({ acked, told, kept = {}, size = SIZE, mayForget = false }: Story) {
  const ledger = new Ledger({ mayForget });
  const view = ledger.view('reader', CHANNEL);
  view.joined(joined(0));
  acked(ledger);
  told(view);
  const { epoch = EPOCH, first = 1, last = 4 } = kept;
  const { keys = Array.from({ length: last - first + 1 }, (_each, i) => keyOf('ann', first + i)) } = kept;
  const messages = keys.map((key, i) => message(first + i, key));
  for (const each of messages) ledger.recordOf(CHANNEL).seen(epoch, each);
  ledger.judge(CHANNEL, { kept: { epoch, first, last, messages }, size });
  const { findings } = ledger;
  return {
    counts: Object.fromEntries(FAULTS.filter((fault) => findings.count(fault)).map((f) => [f, findings.count(f)])),
    sentences: findings.sentences,
  };
}

/** All of ann's messages are acknowledged. */
export const ackAll = (ledger: Ledger): void => {
  for (let n = 1; n <= 4; n += 1) ledger.acknowledges(keyOf('ann', n), ack(n));
};
/** The subscriber is given these of ann's messages. */
export const give =
  (...offsets: number[]) =>
  (view: View): void => {
    for (const offset of offsets) view.message(message(offset));
  };
/** Nothing happens. */
export const nothing = (): void => undefined;
/** The subscriber is given all four. */
export const all = give(1, 2, 3, 4);
