import type { MessageData } from '../../sdk/index.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Notice } from '../language/texts.ts';
import type { Voice } from '../language/voice.ts';
import { byId } from '../view/element.ts';
import { Announcer } from './announcer.ts';
import { EdgeView } from './edge-view.ts';
import { spokenMessage } from './line.ts';
import { NewerButton } from './newer-button.ts';
import { OutboxView } from './outbox-view.ts';
import { rowsOf } from './rows.ts';
import { VirtualList, type Place } from '../list/virtual-list.ts';

/** So much of what is known stays in sight above the line, in px. */
const ABOVE_LINE = 96;

/**
 * The log of the conversation that is shown.
 *
 * What comes waits for the next frame and is put in together, so that a flood costs one layout per frame. Whoever comes
 * back is led to the first new message; whoever reads at the end stays there; whoever has scrolled back is left in peace.
 */
export class LogView {
  readonly #log = byId('log', HTMLElement);
  readonly #feed = byId('feed', HTMLElement);
  readonly #announcer = new Announcer();
  readonly #edge: EdgeView;
  readonly #newer: NewerButton;
  readonly #outbox: OutboxView;
  readonly #list: VirtualList;
  readonly #places = new WeakMap<Conversation, Place>();
  readonly #seen: () => void;
  #voice: Voice;
  #conversation: Conversation;
  #scheduled = false;
  /** The reader has just spoken, and wants to see it. */
  #mustFollow = false;
  /** The reader has just come, and the first new message is still to be shown. */
  #isArriving = true;

  /** @param seen the reader has read on, maybe */
  constructor(voice: Voice, conversation: Conversation, seen: () => void) {
    this.#voice = voice;
    this.#conversation = conversation;
    this.#seen = seen;
    this.#edge = new EdgeView(voice);
    this.#outbox = new OutboxView(voice);
    this.#newer = new NewerButton(voice, () => {
      this.#list.go('end');
      this.#look();
      // The button is about to vanish, and with it the place of somebody who uses the keyboard.
      this.#log.focus();
    });
    this.#list = new VirtualList(this.#log, this.#feed, rowsOf(conversation, voice), () => this.#look());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#conversation.reading.turnedAway();
      this.changed();
    });
  }

  /** Shows a conversation, where its reader left it. */
  show(conversation: Conversation): void {
    this.#places.set(this.#conversation, this.#list.place);
    this.#conversation = conversation;
    const place = this.#places.get(conversation) ?? 'end';
    this.#isArriving = conversation.reading.unread > 0 || place === 'end';
    this.#list.show(rowsOf(conversation, this.#voice), place);
    this.#flush();
  }

  /** Something of the conversation is different. */
  changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  /** Somebody spoke in the conversation just now. */
  said(message: MessageData, own: boolean): void {
    this.#mustFollow ||= own;
    if (!own) this.announce(spokenMessage(message));
    this.changed();
  }

  /** Reads something out to users of screen readers. */
  announce(notice: Notice): void {
    this.#announcer.say(notice(this.#voice.texts));
    this.changed();
  }

  /** Says everything in another language. */
  speak(voice: Voice): void {
    this.#voice = voice;
    this.#log.ariaLabel = voice.texts.log;
    for (const part of [this.#edge, this.#outbox, this.#newer]) part.speak(voice);
    this.#list.show(rowsOf(this.#conversation, voice), this.#list.place);
    this.#flush();
  }

  #flush(): void {
    const { timeline, waiting } = this.#conversation;
    this.#announcer.flush();
    this.#edge.show(this.#conversation);
    this.#mustFollow = this.#outbox.show(waiting) || this.#mustFollow;
    this.#feed.role = timeline.start < timeline.end ? 'feed' : null;
    this.#feed.ariaBusy = String(timeline.top === 'loading');
    if (this.#mustFollow) this.#list.go('end');
    else this.#list.update();
    this.#mustFollow = false;
    this.#arrive();
    this.#look();
  }

  /** Leads whoever has just come to the line, unless everything below it is in sight anyway. */
  #arrive(): void {
    const { timeline, reading, hasPast } = this.#conversation;
    // The first page of the past reaches back to the line, if the server gives as much at once.
    if (!this.#isArriving || !hasPast) return;
    const { line } = reading;
    this.#isArriving = false;
    const number = line === undefined ? undefined : timeline.numberOf(line);
    if (number !== undefined && !this.#list.isWholeFrom(number)) this.#list.go({ number, above: -ABOVE_LINE });
  }

  /** What the reader sees now has been seen; what comes before it may be wanted soon. */
  #look(): void {
    const { timeline, reading } = this.#conversation;
    if (!document.hidden && !this.#isArriving) {
      for (let number = this.#list.lastSeen ?? timeline.start - 1; number >= timeline.start; number--) {
        const row = timeline.row(number);
        if (row?.kind === 'notice' || !row) continue;
        reading.saw(row.kind === 'gap' ? row.to : row.message.offset);
        break;
      }
    }
    this.#newer.show(reading.unread, { isAtEnd: this.#list.place === 'end', isFar: this.#list.isFar });
    this.#seen();
    if (this.#list.isNearStart) void this.#conversation.older();
  }
}
