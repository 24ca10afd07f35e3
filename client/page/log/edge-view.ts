import type { Conversation } from '../conversation/conversation.ts';
import type { Texts } from '../language/texts.ts';
import type { Voice } from '../language/voice.ts';
import { byId } from '../view/element.ts';

/** What stands above the oldest row, and instead of rows where there is none. */
export class EdgeView {
  readonly #edge = byId('edge', HTMLElement);
  readonly #words = byId('edge-words', HTMLElement);
  readonly #empty = byId('empty', HTMLElement);
  readonly #title = byId('empty-title', HTMLElement);
  readonly #hint = byId('empty-hint', HTMLElement);
  #voice: Voice;

  constructor(voice: Voice) {
    this.#voice = voice;
  }

  /** Follows the conversation. */
  show({ timeline, waiting, reading, refusal }: Conversation): void {
    const { texts } = this.#voice;
    const { top, first } = timeline;
    const hasMessages = first !== undefined;
    this.#edge.dataset['top'] = top;
    const words = hasMessages || top !== 'beginning' ? wordsFor(top, texts) : '';
    if (this.#words.textContent !== words) this.#words.textContent = words;

    const isUnknown = reading.seen === undefined || top === 'more' || top === 'loading';
    this.#empty.hidden = hasMessages || waiting.length > 0 || refusal !== undefined || top === 'loading';
    const title = isUnknown ? texts.nothingYet : texts.emptyTitle;
    const hint = isUnknown ? texts.nothingYetHint : texts.emptyHint;
    if (this.#title.textContent !== title) this.#title.textContent = title;
    if (this.#hint.textContent !== hint) this.#hint.textContent = hint;
  }

  /** Speaks another language from the next time on. */
  speak(voice: Voice): void {
    this.#voice = voice;
  }
}

function wordsFor(top: Conversation['timeline']['top'], texts: Texts): string {
  switch (top) {
    case 'loading':
      return texts.older;
    case 'failed':
      return texts.olderFailed;
    case 'beginning':
      return texts.beginning;
    case 'more':
    case 'closed':
      return '';
    default:
      return top satisfies never;
  }
}
