import type { Row, Timeline } from '../conversation/timeline.ts';

/** What is said within this time of the same person's last message belongs to it, in ms. */
const ONE_BREATH = 5 * 60_000;

/** How a row stands among the others. */
export interface Standing {
  /** It begins another day than the message before it: when, in ms since 1970. */
  readonly day: number | undefined;
  /** The line between what the reader knows and what is new goes above it. */
  readonly isFirstNew: boolean;
  /** It carries on what the same person has just said. */
  readonly follows: boolean;
}

const PLAIN: Standing = { day: undefined, isFirstNew: false, follows: false };

/**
 * How the row of that number stands.
 *
 * @param line the offset of the first new message, if a line is to be shown
 */
export function standingOf(timeline: Timeline, number: number, line: number | undefined): Standing {
  const row = timeline.row(number);
  if (row?.kind !== 'message') return PLAIN;
  const { at, offset, from } = row.message;
  const previous = messageBefore(timeline, number);
  const isOtherDay = !isSameDay(at, previous?.message.at ?? Date.now());
  const isFirstNew = line !== undefined && offset >= line && isBelow(line, previous, timeline);
  const neighbour = timeline.row(number - 1);
  const follows =
    !isOtherDay &&
    !isFirstNew &&
    neighbour?.kind === 'message' &&
    (row.own ? neighbour.own : neighbour.message.from === from) &&
    at - neighbour.message.at < ONE_BREATH;
  return { day: isOtherDay ? at : undefined, isFirstNew, follows };
}

/** Whether the line comes after that message, or it is known that nothing comes before the line. */
function isBelow(line: number, previous: MessageRow | undefined, { top }: Timeline): boolean {
  return previous ? previous.message.offset < line : top === 'beginning';
}

type MessageRow = Row & { readonly kind: 'message' };

function messageBefore(timeline: Timeline, number: number): MessageRow | undefined {
  for (let before = number - 1; before >= timeline.start; before--) {
    const row = timeline.row(before);
    if (row?.kind === 'message') return row;
  }
  return undefined;
}

function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}
