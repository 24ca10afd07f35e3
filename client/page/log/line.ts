import type { MessageData, Publication } from '../../sdk/index.ts';
import type { Row } from '../conversation/timeline.ts';
import type { Notice } from '../language/texts.ts';
import type { Voice } from '../language/voice.ts';
import { make } from '../view/element.ts';
import { initialOf, tintOf } from './author.ts';
import { linkedText } from './linked-text.ts';
import type { Standing } from './standing.ts';

/** A row of the log as an element: a message, a notice or a gap, with the day and the line that may stand above it. */
export function rowElement(row: Row, standing: Standing, voice: Voice): HTMLElement {
  const element = make('div', 'row');
  element.role = 'article';
  if (standing.day !== undefined) element.append(make('div', 'day', voice.day(standing.day)));
  if (standing.isFirstNew) element.append(make('div', 'unread-line', voice.texts.unreadLine));
  switch (row.kind) {
    case 'message':
      // How many there are changes with every message: -1 says so.
      element.ariaPosInSet = String(row.message.offset);
      element.ariaSetSize = '-1';
      element.append(messageElement(row.message, { own: row.own, follows: standing.follows }, voice));
      break;
    case 'notice':
      element.append(make('div', 'system', row.notice(voice.texts)));
      break;
    case 'gap':
      element.append(make('div', 'gap', voice.texts.gap(row.from, row.to)));
      break;
    default:
      row satisfies never;
  }
  return element;
}

/** What the reader said and the server has not kept yet. */
export function waitingElement({ text = '', key }: Publication, { texts }: Voice): HTMLElement {
  const element = make('div', 'message');
  element.dataset['own'] = 'true';
  element.dataset['waiting'] = key;
  const bubble = make('div', 'bubble');
  bubble.dir = 'auto';
  bubble.append(linkedText(text), make('span', 'time', texts.notSentYet));
  element.append(bubble);
  return element;
}

/** A message in one piece, for a screen reader. */
export function spokenMessage({ name, from, text, data }: MessageData): Notice {
  return () => `${name ?? from}: ${text ?? JSON.stringify(data)}`;
}

/** What somebody said. Everything in it is text, in its own direction of writing. */
function messageElement(
  message: MessageData,
  { own, follows }: { readonly own: boolean; readonly follows: boolean },
  voice: Voice,
): HTMLElement {
  const name = message.name ?? message.from;
  const element = make('div', 'message');
  element.dataset['offset'] = String(message.offset);
  element.dataset['own'] = String(own);
  element.dataset['follows'] = String(follows);
  element.dataset['tint'] = String(tintOf(name));

  const avatar = make('span', 'avatar', initialOf(name));
  avatar.ariaHidden = 'true';
  const author = make('p', 'author');
  author.append(make('bdi', 'name', name), make('bdi', 'you', own ? ` (${voice.texts.you})` : ''));
  const time = make('time', 'time', voice.time(message.at));
  time.dateTime = new Date(message.at).toISOString();
  time.title = voice.moment(message.at);

  const bubble = make('div', 'bubble');
  // The text alone decides which way the bubble reads: what is in a `bdi` has no say in that.
  bubble.dir = 'auto';
  bubble.append(author, linkedText(message.text ?? JSON.stringify(message.data)), time);
  element.append(avatar, bubble);
  return element;
}
