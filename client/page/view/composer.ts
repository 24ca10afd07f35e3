import type { Voice } from '../language/voice.ts';
import type { ConnectionState } from '../connection/connection-state.ts';
import type { Outcome } from '../channel/channel.ts';
import { newKey } from '../channel/key.ts';
import { reasonOf } from '../channel/reason.ts';
import { byId } from './element.ts';
import type { Notice } from './line.ts';
import { TextField } from './text-field.ts';

/** What the composer needs from the rest of the page. */
export interface ComposerActions {
  readonly publish: (text: string, key: string) => Promise<Outcome>;
  /** Tell the reader, in the log, what became of a message. */
  readonly tell: (notice: Notice) => void;
}

/**
 * Where one writes. A text leaves the field when it is sent, and comes back to it when it was refused or when nobody can
 * say whether it arrived; while there is no connection it stays. It is never lost without a word.
 */
export class Composer {
  readonly #field: TextField;
  readonly #form = byId('composer', HTMLFormElement);
  readonly #hint = byId('hint', HTMLElement);
  readonly #actions: ComposerActions;
  #voice: Voice;
  #state: ConnectionState['kind'] = 'disconnected';
  #notice: Notice | undefined;
  /** Enter was pressed while connecting: send as soon as that succeeds. */
  #isPromised = false;
  #underWay = 0;

  constructor(voice: Voice, actions: ComposerActions) {
    this.#voice = voice;
    this.#actions = actions;
    this.#field = new TextField(voice, {
      enter: () => this.#submit(),
      edited: () => this.#withdraw(),
    });
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
      this.#field.focus();
    });
  }

  /** Ready to write in. */
  focus(): void {
    this.#field.focus();
  }

  /** Follows the connection. */
  show(state: ConnectionState): void {
    this.#state = state.kind;
    this.#form.dataset['ready'] = String(state.kind === 'connected');
    if (state.kind === 'connecting') return;
    const isPromised = this.#isPromised;
    this.#withdraw();
    if (!isPromised) return;
    if (state.kind === 'connected') this.#submit();
    else this.#explain((texts) => texts.notConnected);
  }

  /** Says the same in another language. */
  speak(voice: Voice): void {
    this.#voice = voice;
    this.#field.speak(voice);
    byId('send', HTMLButtonElement).ariaLabel = voice.texts.send;
    this.#explain(this.#notice);
  }

  #submit(): void {
    const excess = -this.#field.charactersLeft;
    if (this.#field.isEmpty) return;
    if (excess > 0) this.#explain((texts) => texts.charactersTooMany(excess));
    else if (this.#state === 'connected') void this.#send();
    else if (this.#state === 'connecting') {
      this.#isPromised = true;
      this.#explain((texts) => texts.sendsOnceConnected);
    } else this.#explain((texts) => texts.notConnected);
  }

  async #send(): Promise<void> {
    const { text, key = newKey() } = this.#field.take();
    this.#count(1);
    const outcome = await this.#actions.publish(text, key);
    this.#count(-1);
    if (outcome.kind === 'published') {
      if (outcome.duplicate) this.#actions.tell((texts) => texts.duplicate);
      return;
    }
    // Under the same key it may be sent again without harm: whatever did arrive is not said twice.
    this.#field.giveBack({ text, key });
    if (outcome.kind === 'unconfirmed') this.#actions.tell((texts) => texts.unconfirmed);
    else this.#actions.tell((texts) => texts.refused(reasonOf(outcome.error)));
  }

  #count(change: 1 | -1): void {
    this.#underWay += change;
    this.#form.ariaBusy = String(this.#underWay > 0);
  }

  #withdraw(): void {
    this.#isPromised = false;
    this.#explain(undefined);
  }

  #explain(notice: Notice | undefined): void {
    this.#notice = notice;
    this.#hint.textContent = notice?.(this.#voice.texts) ?? '';
  }
}
