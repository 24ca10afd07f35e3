import { ANNOUNCEMENTS } from '../../../src/protocol/events.ts';
import { isChannelName } from '../conversation/channel-name.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Conversations } from '../conversation/conversations.ts';
import type { Voice } from '../language/voice.ts';
import { byId, make } from './element.ts';

/** What somebody can do about the channels. */
export interface ChannelsActions {
  readonly select: (channel: string) => void;
  readonly leave: (channel: string) => void;
}

/** More than this is not worth counting. */
const MANY = 99;

/** What a channel is called on the page. */
export function titleOf(channel: string, { texts }: Voice): string {
  return channel === ANNOUNCEMENTS ? texts.channel : channel;
}

/** The channels and what is new in each: a column or, on a phone, a sheet. A place to add one, and a way to leave. */
export class ChannelsView {
  readonly #panel = byId('channels', HTMLElement);
  readonly #list = byId('channel-list', HTMLUListElement);
  readonly #title = byId('channels-title', HTMLElement);
  readonly #opener = byId('open-channels', HTMLButtonElement);
  readonly #elsewhere = byId('elsewhere', HTMLElement);
  readonly #label = byId('add-label', HTMLElement);
  readonly #name = byId('add-name', HTMLInputElement);
  readonly #button = byId('add-go', HTMLButtonElement);
  readonly #hint = byId('add-hint', HTMLElement);
  readonly #actions: ChannelsActions;
  #voice: Voice;
  #shown = '';

  constructor(voice: Voice, actions: ChannelsActions) {
    this.#voice = voice;
    this.#actions = actions;
    byId('add', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#add();
    });
    this.#name.addEventListener('input', () => this.#explain(false));
  }

  /** Shows what there is. */
  show({ all, active }: Conversations): void {
    const channels = all.map(({ name, reading }) => ({ name, unread: name === active.name ? 0 : reading.unread }));
    const total = channels.reduce((sum, { unread }) => sum + unread, 0);
    const shown = JSON.stringify([this.#voice.language, active.name, channels]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#elsewhere.hidden = total === 0;
    this.#elsewhere.textContent = countOf(total);
    this.#opener.ariaLabel = [this.#voice.texts.channels, total > 0 ? this.#voice.texts.unread(total) : '']
      .filter(Boolean)
      .join(', ');
    const focused = document.activeElement?.closest('#channel-list li')?.getAttribute('data-channel');
    this.#list.replaceChildren(...channels.map((channel) => this.#entry(channel, active)));
    if (focused) this.#list.querySelector<HTMLElement>(`li[data-channel="${focused}"] a`)?.focus();
  }

  /** Says the same in another language. */
  speak(voice: Voice): void {
    this.#voice = voice;
    const { texts } = voice;
    this.#panel.ariaLabel = texts.channels;
    this.#title.textContent = texts.channels;
    this.#label.textContent = texts.addChannel;
    this.#name.placeholder = texts.addChannel;
    this.#button.ariaLabel = texts.add;
    this.#explain(this.#name.ariaInvalid === 'true');
  }

  /** Puts the sheet away, where it is one. */
  close(): void {
    if (this.#panel.matches(':popover-open')) this.#panel.hidePopover();
  }

  #entry({ name, unread }: { name: string; unread: number }, active: Conversation): HTMLElement {
    const { texts } = this.#voice;
    const entry = make('li', '');
    entry.dataset['channel'] = name;
    const link = make('a', 'channel');
    link.href = `#${name}`;
    if (name === active.name) link.ariaCurrent = 'page';
    // The address may be the one already; the sheet has to go all the same.
    link.addEventListener('click', () => this.#actions.select(name));
    link.append(make('span', 'channel-name', titleOf(name, this.#voice)));
    if (unread > 0) {
      const badge = make('span', 'badge', countOf(unread));
      badge.ariaHidden = 'true';
      link.append(badge, make('span', 'unseen', `, ${texts.unread(unread)}`));
    }
    entry.append(link);
    if (name !== ANNOUNCEMENTS) {
      const leave = make('button', 'leave', '×');
      leave.type = 'button';
      leave.ariaLabel = texts.leave(name);
      leave.addEventListener('click', () => this.#actions.leave(name));
      entry.append(leave);
    }
    return entry;
  }

  #add(): void {
    const name = this.#name.value.trim().replace(/^#/, '');
    if (name === '') return;
    const isValid = isChannelName(name);
    this.#explain(!isValid);
    if (!isValid) return;
    this.#name.value = '';
    this.#actions.select(name);
  }

  #explain(isWrong: boolean): void {
    this.#name.ariaInvalid = String(isWrong);
    this.#hint.textContent = isWrong ? this.#voice.texts.channelRule : '';
  }
}

function countOf(unread: number): string {
  return unread > MANY ? `${MANY}+` : String(unread);
}
