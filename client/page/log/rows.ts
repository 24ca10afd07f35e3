import type { Conversation } from '../conversation/conversation.ts';
import type { Voice } from '../language/voice.ts';
import { rowElement } from './line.ts';
import { standingOf } from './standing.ts';
import type { Rows } from '../list/virtual-list.ts';

/** Letters in a line of a bubble, and heights in px, for guesses; what is on the screen is measured. */
const LETTERS = 60;
const LINE = 24;
const MESSAGE = 46;
const OTHER = 34;

/** The rows of a conversation, as the list wants them. */
export function rowsOf({ timeline, reading }: Conversation, voice: Voice): Rows {
  return {
    get start() {
      return timeline.start;
    },
    get end() {
      return timeline.end;
    },
    guess: (number) => {
      const row = timeline.row(number);
      if (row?.kind !== 'message') return OTHER;
      return MESSAGE + LINE * Math.floor((row.message.text?.length ?? 0) / LETTERS);
    },
    look: (number) => {
      const row = timeline.row(number);
      // One that was taken back may have left its number to another.
      if (row?.kind === 'notice') return row.notice(voice.texts);
      return JSON.stringify(standingOf(timeline, number, reading.line));
    },
    render: (number) => {
      const row = timeline.row(number);
      if (!row) throw new RangeError(`There is no row ${number}.`);
      return rowElement(row, standingOf(timeline, number, reading.line), voice);
    },
  };
}
