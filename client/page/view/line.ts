import type { MessageData, Publication } from '../../sdk/index.ts';
import type { Texts } from '../language/texts.ts';
import type { Voice } from '../language/voice.ts';
import { initialOf, tintOf } from './author.ts';
import { make } from './element.ts';

/** Something that the page itself has to say, in whichever language it speaks when it is read. */
export type Notice = (texts: Texts) => string;

/** One line of the log. */
export interface Line {
  readonly element: HTMLElement;
  /** Puts into words what depends on the language. */
  readonly speak: (voice: Voice) => void;
}

/** How a message stands among the others. */
export interface Standing {
  readonly own: boolean;
  /** It carries on what the same person has just said. */
  readonly follows: boolean;
}

/** A line of the page's own: what happened to the connection, or to a message. */
export function systemLine(notice: Notice): Line {
  const element = make('p', 'system');
  return { element, speak: ({ texts }) => void (element.textContent = notice(texts)) };
}

/** The line between two days. */
export function dayLine(at: number): Line {
  const element = make('p', 'day');
  return { element, speak: (voice) => void (element.textContent = voice.day(at)) };
}

/** What the reader said and the server has not kept yet. */
export function waitingLine({ text = '', key }: Publication): Line {
  const element = make('div', 'message');
  element.dataset['own'] = 'true';
  element.dataset['waiting'] = key;
  const bubble = make('div', 'bubble');
  bubble.dir = 'auto';
  const note = make('span', 'time');
  bubble.append(make('p', 'text', text), note);
  element.append(bubble);
  return { element, speak: ({ texts }) => void (note.textContent = texts.notSentYet) };
}

/** What somebody said. Everything in it is text, in its own direction of writing. */
export function messageLine(message: MessageData, { own, follows }: Standing): Line {
  const name = message.name ?? message.from;
  const element = make('div', 'message');
  element.dataset['offset'] = String(message.offset);
  element.dataset['own'] = String(own);
  element.dataset['follows'] = String(follows);
  element.dataset['tint'] = String(tintOf(name));

  const avatar = make('span', 'avatar', initialOf(name));
  avatar.ariaHidden = 'true';
  const author = make('p', 'author');
  const you = make('bdi', 'you');
  author.append(make('bdi', 'name', name), you);
  const text = make('p', 'text', message.text ?? JSON.stringify(message.data));
  const time = make('time', 'time');
  time.dateTime = new Date(message.at).toISOString();

  const bubble = make('div', 'bubble');
  // The text alone decides which way the bubble reads: what is in a `bdi` has no say in that.
  bubble.dir = 'auto';
  bubble.append(author, text, time);
  element.append(avatar, bubble);
  return {
    element,
    speak: (voice) => {
      you.textContent = own ? ` (${voice.texts.you})` : '';
      time.textContent = voice.time(message.at);
    },
  };
}
