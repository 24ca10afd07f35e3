/**
 * The page: a window onto the announcements that needs nothing but this server.
 *
 * `announcements.ts` turns what the client library tells into the page's terms; `view/` shows and knows no library; this
 * file introduces them to each other. What people wrote is never read as markup.
 */
import { Belfry } from '../sdk/index.ts';
import { indexedDbOutbox } from '../sdk/outbox.ts';
import { Announcements } from './announcements.ts';
import { forgiving } from './forgiving-outbox.ts';
import { isLanguage, otherLanguage, pickLanguage } from './language/language.ts';
import { voiceOf } from './language/voice.ts';
import { recall, remember } from './memory.ts';
import { reasonOf } from './reason.ts';
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

const composer = new Composer(voice, (text) => void announcements.publish(text));
const stateView = new StateView(
  voice,
  { kind: 'connecting' },
  { connect: () => announcements.connect(), disconnect: () => announcements.disconnect() },
);
const nameField = new NameField(
  voice,
  () => belfry.rename(nameField.name),
  () => composer.focus(),
);

const belfry = new Belfry('/ws', { name: nameField.name, outbox: forgiving(indexedDbOutbox()) });
const announcements = new Announcements(belfry, {
  stateChanged: (state) => {
    const notice = narrator.tell(state);
    if (notice) tell(notice);
    stateView.show(state);
    composer.show(state);
  },
  said: (message, own) => log.message(message, own),
  missed: (count) => tell((texts) => texts.missed(count)),
  begunAnew: () => tell((texts) => texts.begunAnew),
  waiting: (publications) => log.waiting(publications),
  refused: (text, error) => {
    tell((texts) => texts.refused(reasonOf(error)));
    composer.giveBack(text);
  },
  failed: (error) => tell((texts) => texts.failed(reasonOf(error))),
});

byId('language', HTMLButtonElement).addEventListener('click', () => {
  voice = voiceOf(otherLanguage(voice.language));
  remember('belfry.language', voice.language);
  speak();
});

speak();
announcements.connect();
// On a phone the focus would open the keyboard over a page that nobody has read yet.
if (matchMedia('(pointer: fine)').matches) composer.focus();

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
