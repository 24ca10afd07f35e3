/**
 * The page: a window onto the channels that needs nothing but this server.
 *
 * `conversation/` turns what the client library tells into the page's terms; `log/`, `list/` and `view/` show, and know no
 * library; this file introduces them to each other. What people wrote is never read as markup.
 */
import { ANNOUNCEMENTS } from '../../src/protocol/events.ts';
import { httpFallback } from '../sdk/fallback.ts';
import { Belfry } from '../sdk/index.ts';
import { indexedDbOutbox } from '../sdk/outbox.ts';
import { channelIn } from './conversation/channel-name.ts';
import { Conversations } from './conversation/conversations.ts';
import { forgiving } from './forgiving-outbox.ts';
import { Notifications } from './install/notifications.ts';
import { registerWorker } from './install/register.ts';
import { isLanguage, otherLanguage, pickLanguage } from './language/language.ts';
import type { Notice } from './language/texts.ts';
import { voiceOf } from './language/voice.ts';
import { LogView } from './log/log-view.ts';
import { recall, remember } from './memory.ts';
import { reasonOf } from './reason.ts';
import { ChannelsView, titleOf } from './view/channels-view.ts';
import { Composer } from './view/composer.ts';
import { byId } from './view/element.ts';
import { NameField } from './view/name-field.ts';
import { PeopleView } from './view/people-view.ts';
import { StateView } from './view/state-view.ts';

/** How long what was seen may be on its way to where it is remembered, in ms. */
const SOON = 500;

const remembered = recall('belfry.language');
let voice = voiceOf(isLanguage(remembered) ? remembered : pickLanguage(navigator.languages));

const composer = new Composer(voice, (text) => void conversations.publish(text));
const stateView = new StateView(
  voice,
  { kind: 'connecting' },
  { connect: () => conversations.connect(), disconnect: () => conversations.disconnect() },
);
const nameField = new NameField(
  voice,
  () => belfry.rename(nameField.name),
  () => composer.focus(),
);
const channelsView = new ChannelsView(voice, {
  select: (channel) => {
    location.hash = channel;
    select(channel);
  },
  leave: (channel) => {
    conversations.leave(channel);
    if (channelIn(location.hash) === channel) location.hash = conversations.active.name;
  },
});
const peopleView = new PeopleView(voice);
const notifications = new Notifications(voice, (channel) => (location.hash = channel));

const belfry = new Belfry('/ws', {
  name: nameField.name,
  outbox: forgiving(indexedDbOutbox()),
  fallback: httpFallback(),
});
const conversations: Conversations = new Conversations(belfry, channelIn(location.hash) ?? ANNOUNCEMENTS, {
  changed: () => changed(),
  stateChanged: (state) => {
    stateView.show(state);
    composer.show(state);
  },
  said: (conversation, message, own) => {
    if (conversation === conversations.active) log.said(message, own);
    if (own) return;
    const title = voice.texts.speaks(message.name ?? message.from, titleOf(conversation.name, voice));
    void notifications.tell({ title, body: message.text ?? JSON.stringify(message.data), channel: conversation.name });
  },
  refused: (channel, text, error) => {
    tell((texts) => texts.refused(reasonOf(error, texts)));
    if (channel === conversations.active.name) composer.giveBack(text);
    else conversations.giveBack(channel, text);
  },
  failed: (error) => tell((texts) => texts.failed(reasonOf(error, texts))),
});
let shown = conversations.active;
const log = new LogView(voice, shown, () => sawSoon());

function tell(notice: Notice): void {
  conversations.active.tell(notice);
  log.announce(notice);
}

function select(channel: string): void {
  channelsView.close();
  if (channel !== conversations.active.name) conversations.select(channel);
}

/** Shows what is different, once per frame. */
let isScheduled = false;
function changed(): void {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    show();
  });
}

function show(): void {
  const { active, all } = conversations;
  if (shown !== active) {
    shown.draft = composer.swap(active.draft);
    shown = active;
    log.show(active);
  } else log.changed();
  channelsView.show(conversations);
  peopleView.show(active.people, belfry.user?.id);
  const title = titleOf(active.name, voice);
  byId('channel', HTMLElement).textContent = title;
  const unread = all.reduce((sum, { reading }) => sum + reading.unread, 0);
  document.title = unread > 0 ? `(${unread}) ${title}` : title;
}

let saving: ReturnType<typeof setTimeout> | undefined;
function sawSoon(): void {
  saving ??= setTimeout(() => {
    saving = undefined;
    conversations.rememberSeen();
    changed();
  }, SOON);
}

function speak(): void {
  const { language } = voice;
  const other = otherLanguage(language);
  document.documentElement.lang = language;
  const languageSwitch = byId('language', HTMLButtonElement);
  languageSwitch.lang = other;
  languageSwitch.textContent = other === 'zh' ? '中文' : 'English';
  for (const view of [stateView, composer, nameField, channelsView, peopleView, notifications, log]) view.speak(voice);
  show();
}

byId('language', HTMLButtonElement).addEventListener('click', () => {
  voice = voiceOf(otherLanguage(voice.language));
  remember('belfry.language', voice.language);
  speak();
});
window.addEventListener('hashchange', () => select(channelIn(location.hash) ?? ANNOUNCEMENTS));
window.addEventListener('pagehide', () => conversations.rememberSeen());

speak();
conversations.connect();
registerWorker();
// On a phone the focus would open the keyboard over a page that nobody has read yet.
if (matchMedia('(pointer: fine)').matches) composer.focus();
