/**
 * The page: a window onto the announcements that needs nothing but this server.
 *
 * `connection/` keeps the line to the server, `channel/` speaks the protocol over it, and neither knows the DOM; `view/`
 * shows and knows no sockets; this file introduces them to each other. What people wrote is never read as markup.
 */
import { SUBPROTOCOL } from '../../src/protocol/events.ts';
import { isLanguage, otherLanguage, pickLanguage } from './language/language.ts';
import { voiceOf } from './language/voice.ts';
import { Channel } from './channel/channel.ts';
import { reasonOf } from './channel/reason.ts';
import { recall, remember } from './memory.ts';
import { Composer } from './view/composer.ts';
import { byId } from './view/element.ts';
import type { Notice } from './view/line.ts';
import { LogView } from './view/log-view.ts';
import { NameField } from './view/name-field.ts';
import { Narrator } from './view/narrator.ts';
import { StateView } from './view/state-view.ts';

const remembered = recall('belfry.language');
let voice = voiceOf(isLanguage(remembered) ? remembered : pickLanguage(navigator.languages));

const narrator = new Narrator();
const log = new LogView(voice);
const tell = (notice: Notice): void => log.notice(notice);

const channel = new Channel(
  { open: () => new WebSocket(address(), SUBPROTOCOL), random: Math.random },
  {
    stateChanged: (state) => {
      const notice = narrator.tell(state);
      if (notice) tell(notice);
      stateView.show(state);
      composer.show(state);
    },
    said: (message, own) => log.message(message, own),
    missed: (count) => tell((texts) => texts.missed(count)),
    uncertain: () => tell((texts) => texts.maybeMissed),
    failed: (error) => tell((texts) => texts.failed(reasonOf(error))),
  },
);
const { connection } = channel;
const composer = new Composer(voice, { publish: (text, key) => channel.publish(text, key), tell });
const stateView = new StateView(voice, connection.state, {
  connect: () => connection.connect(),
  disconnect: () => connection.disconnect(),
});
const nameField = new NameField(
  voice,
  () => connection.redial(),
  () => composer.focus(),
);

byId('language', HTMLButtonElement).addEventListener('click', () => {
  voice = voiceOf(otherLanguage(voice.language));
  remember('belfry.language', voice.language);
  speak();
});

// Whatever says that the network or the reader is back is a good moment to look after the line.
const wake = (): void => connection.wake();
window.addEventListener('online', wake);
window.addEventListener('pageshow', wake);
document.addEventListener('resume', wake);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') wake();
});
window.addEventListener('offline', () => connection.doubt());

speak();
connection.connect();
// On a phone the focus would open the keyboard over a page that nobody has read yet.
if (matchMedia('(pointer: fine)').matches) composer.focus();

function address(): string {
  const url = new URL('/ws', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('name', nameField.name);
  return url.href;
}

function speak(): void {
  const { texts, language } = voice;
  const other = otherLanguage(language);
  document.documentElement.lang = language;
  document.title = texts.channel;
  byId('channel', HTMLElement).textContent = texts.channel;
  byId('empty-title', HTMLElement).textContent = texts.emptyTitle;
  byId('empty-hint', HTMLElement).textContent = texts.emptyHint;
  const languageSwitch = byId('language', HTMLButtonElement);
  languageSwitch.lang = other;
  languageSwitch.textContent = other === 'zh' ? '中文' : 'English';
  for (const view of [log, stateView, composer, nameField]) view.speak(voice);
}
