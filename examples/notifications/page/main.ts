/**
 * A bell that shows how many notices are unread, the same number in all tabs of a user. Who the user is stands behind the #.
 */
import { Belfry } from 'belfry/sdk';
import { Inbox } from './inbox.ts';
import type { Notice } from './inbox.ts';

/** As many as channels.json has such a channel keep: with all that is kept, all that is unread is known. */
const LAST = 200;

const user = location.hash.slice(1);
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

element('form').addEventListener('submit', (event) => {
  event.preventDefault();
  location.hash = (element('#user') as HTMLInputElement).value.trim();
});
addEventListener('hashchange', () => location.reload());
element('#login').hidden = user !== '';
element('#inbox').hidden = user === '';
if (user !== '') show(user);

function show(name: string): void {
  // Of the demo's own login. Asked for again before it expires.
  const token = async (): Promise<string> => {
    const answer = await fetch(`./token?user=${encodeURIComponent(name)}`);
    if (!answer.ok) throw new Error(await answer.text());
    return answer.text();
  };
  const belfry = new Belfry(new URL('/ws', location.href).href, { token });
  const channel = belfry.channel(`user-${name}`);
  let inbox = new Inbox();

  belfry.on('state', ({ kind }) => {
    element('#state').textContent = `${name}, ${kind}`;
    element('#state').dataset['state'] = kind;
  });
  belfry.on('error', ({ message }) => (element('#problem').textContent = message));
  channel.on('message', (message) => {
    inbox.take(message);
    draw(inbox.unread);
  });
  channel.on('gap', ({ to }) => {
    inbox.readUpTo(to);
    draw(inbox.unread);
  });
  channel.on('reset', () => {
    inbox = new Inbox();
    draw(inbox.unread);
    void channel.join({ last: LAST });
  });
  // What has come after the newest that is shown is not read yet.
  element('#read').addEventListener('click', () => {
    const newest = inbox.unread.at(-1);
    if (newest) void channel.publish({ data: { read: newest.offset } });
  });
  draw(inbox.unread);
  void channel.join({ last: LAST });
}

function draw(unread: readonly Notice[]): void {
  const count = unread.length;
  element('#count').textContent = String(count);
  element('#count').hidden = count === 0;
  element('#bell').setAttribute('aria-label', count === 1 ? '1 unread notice' : `${count} unread notices`);
  element('#none').hidden = count > 0;
  (element('#read') as HTMLButtonElement).disabled = count === 0;
  document.title = count === 0 ? 'Notifications' : `(${count}) Notifications`;
  element('#notices').replaceChildren(...unread.toReversed().map(itemOf));
}

function itemOf({ text, at }: Notice): HTMLElement {
  const [item, words, when] = ['li', 'span', 'time'].map((name) => document.createElement(name)) as [
    HTMLLIElement,
    HTMLSpanElement,
    HTMLTimeElement,
  ];
  words.textContent = text;
  when.textContent = time.format(at);
  when.dateTime = new Date(at).toISOString();
  item.append(words, when);
  return item;
}

function element(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`There is no ${selector}.`);
  return found;
}
