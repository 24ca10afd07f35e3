import { make } from '../view/element.ts';

/** An address as people write it: up to a blank, and without what ends the sentence that it stands in. */
const ADDRESS = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}，。；：！？）】」]/giu;

/** A text with its addresses as links. All of it is set as text, and a link leads nowhere but to `http:` and `https:`. */
export function linkedText(text: string): HTMLElement {
  const element = make('p', 'text');
  let end = 0;
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    if (!URL.canParse(address)) continue;
    const link = make('a', 'link', address);
    link.href = address;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    element.append(text.slice(end, index), link);
    end = index + address.length;
  }
  element.append(text.slice(end));
  return element;
}
