import { inOrder } from '../conversation/people.ts';
import type { PresentUser } from '../../sdk/index.ts';
import type { Voice } from '../language/voice.ts';
import { initialOf, tintOf } from '../log/author.ts';
import { byId, make } from './element.ts';

/** Who is in the channel, where the channel tells: a column or, where there is no room, a sheet. */
export class PeopleView {
  readonly #panel = byId('people', HTMLElement);
  readonly #title = byId('people-title', HTMLElement);
  readonly #list = byId('people-list', HTMLUListElement);
  readonly #opener = byId('open-people', HTMLButtonElement);
  readonly #count = byId('people-count', HTMLElement);
  #voice: Voice;
  #shown: string | undefined;

  constructor(voice: Voice) {
    this.#voice = voice;
  }

  /** Shows who is there; nothing at all when that is not told. */
  show(people: readonly PresentUser[] | undefined, self: string | undefined): void {
    const shown = JSON.stringify([this.#voice.language, self, people]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const isTold = people !== undefined;
    this.#panel.hidden = !isTold;
    this.#opener.hidden = !isTold;
    const count = String(people?.length ?? 0);
    this.#title.textContent = `${this.#voice.texts.people} · ${count}`;
    this.#count.textContent = count;
    this.#opener.ariaLabel = `${this.#voice.texts.people}: ${count}`;
    const entries = inOrder(people ?? [], this.#voice.language).map((user) => this.#entry(user, user.id === self));
    this.#list.replaceChildren(...entries);
  }

  /** Says the same in another language, the next time. */
  speak(voice: Voice): void {
    this.#voice = voice;
    this.#shown = undefined;
  }

  #entry({ id, name = id, connections }: PresentUser, isSelf: boolean): HTMLElement {
    const { texts } = this.#voice;
    const entry = make('li', 'person');
    entry.dataset['tint'] = String(tintOf(name));
    const avatar = make('span', 'avatar', initialOf(name));
    avatar.ariaHidden = 'true';
    const words = make('span', 'person-name');
    words.append(make('bdi', '', name), make('bdi', 'you', isSelf ? ` (${texts.you})` : ''));
    entry.append(avatar, words);
    if (connections > 1) {
      const times = make('span', 'times', `×${connections}`);
      times.title = texts.connections(connections);
      times.ariaHidden = 'true';
      entry.append(times, make('span', 'unseen', `, ${texts.connections(connections)}`));
    }
    return entry;
  }
}
