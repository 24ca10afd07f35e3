/**
 * The dashboard: how all nodes are doing, for whoever has an operator's key. What nodes tell comes over the server's own
 * channel `$stats`; orders go over the HTTP interface. Nothing that users wrote is ever read as markup.
 */
import { isLanguage, otherLanguage, pickLanguage } from '../page/language/language.ts';
import { recall, remember } from '../page/memory.ts';
import { byId } from '../page/view/element.ts';
import type { State } from '../sdk/index.ts';
import { Api, ApiError } from './api.ts';
import type { ConnectionsAnswer } from './api.ts';
import { Charts } from './charts/charts.ts';
import { openFeed } from './feed/feed.ts';
import { Nodes } from './feed/nodes.ts';
import { forgetKey, recallKey, rememberKey } from './key.ts';
import type { Texts } from './language/texts.ts';
import { voiceOf } from './language/voice.ts';
import { confirmClosing } from './view/confirm.ts';
import { Overview } from './view/overview.ts';
import { Tables } from './view/tables.ts';

const remembered = recall('belfry.language');
let voice = voiceOf(isLanguage(remembered) ? remembered : pickLanguage(navigator.languages));

const signIn = byId('sign-in', HTMLFormElement);
const keyField = byId('key', HTMLInputElement);
const board = byId('board', HTMLElement);
const stateLine = byId('state', HTMLElement);
const userField = byId('user', HTMLInputElement);
const announcement = byId('announcement', HTMLTextAreaElement);
const posted = byId('posted', HTMLElement);

const overview = new Overview();
const charts = new Charts(byId('charts', HTMLElement));
const tables = new Tables((id, name) => void remove(id, name));

let api = new Api(undefined);
let nodes = new Nodes();
let endFeed = (): void => {};
let found: ConnectionsAnswer | undefined;
let refusal: unknown;
let isPosted = false;
let state: keyof Texts['states'] = 'disconnected';

/** Without a key it is asked at once whether there are any. */
async function begin(): Promise<void> {
  const key = recallKey();
  if (key !== undefined) return enter(key);
  await api.check().catch((error: unknown) => {
    const isKeyless = error instanceof ApiError && error.code === 'api_disabled';
    signIn.hidden = isKeyless;
    refuse(isKeyless ? error : undefined);
    if (!isKeyless) keyField.focus();
  });
}

async function enter(key: string): Promise<void> {
  const asked = new Api(key);
  try {
    await asked.check();
  } catch (error) {
    return leave(error);
  }
  rememberKey(key);
  api = asked;
  keyField.value = '';
  refuse(undefined);
  nodes = new Nodes();
  endFeed();
  endFeed = openFeed(key, { told, stateChanged, refused: (code) => leave(new ApiError(code, '')) });
  signIn.hidden = true;
  for (const part of [board, byId('sign-out', HTMLElement)]) part.hidden = false;
  show();
  await search();
}

/** @param reason why, where it was not by hand */
function leave(reason?: unknown): void {
  forgetKey();
  endFeed();
  endFeed = (): void => {};
  api = new Api(undefined);
  for (const part of [board, byId('sign-out', HTMLElement)]) part.hidden = true;
  signIn.hidden = reason instanceof ApiError && reason.code === 'api_disabled';
  refuse(reason);
  stateChanged({ kind: 'idle' });
  keyField.focus();
}

let isScheduled = false;
function told(...[stats, at]: Parameters<Nodes['add']>): void {
  nodes.add(stats, at);
  if (isScheduled) return;
  isScheduled = true;
  // What several nodes tell in one moment is one picture.
  setTimeout(() => {
    isScheduled = false;
    show();
  }, 50);
}

function stateChanged({ kind }: State): void {
  state = wordsFor(kind);
  stateLine.dataset['state'] = state;
  stateLine.textContent = voice.texts.states[state];
}

function wordsFor(kind: State['kind']): keyof Texts['states'] {
  switch (kind) {
    case 'connecting':
    case 'connected':
      return kind;
    case 'waiting':
    case 'offline':
      return 'waiting';
    case 'idle':
    case 'stopped':
    case 'closed':
      return 'disconnected';
    default:
      return kind satisfies never;
  }
}

function show(): void {
  if (board.hidden) return;
  overview.show(nodes, voice);
  charts.show(nodes, voice);
  tables.show(nodes, voice);
}

function refuse(error: unknown): void {
  refusal = error;
  const { refusals, failed } = voice.texts;
  const known = error instanceof ApiError ? refusals[error.code] : undefined;
  const words = error === undefined ? '' : (known ?? failed(error instanceof Error ? error.message : 'unknown'));
  byId('refusal', HTMLElement).textContent = words;
}

async function search(): Promise<void> {
  await attempt(async () => {
    found = await api.connections(userField.value.trim());
    showFound();
  });
}

function showFound(): void {
  if (!found) return;
  tables.showConnections(found, voice);
  const { connections, node, next } = found;
  byId('found', HTMLElement).textContent = voice.texts.found(connections.length, node, next !== undefined);
}

async function remove(id: string, name: string): Promise<void> {
  if (!(await confirmClosing(name, voice.texts))) return;
  await attempt(async () => {
    await api.remove(id);
    // The server knows it until its client has answered.
    if (found) found = { ...found, connections: found.connections.filter((connection) => connection.id !== id) };
    showFound();
  });
}

async function post(): Promise<void> {
  const text = announcement.value.trim();
  if (text === '') return;
  await attempt(async () => {
    await api.announce(text);
    announcement.value = '';
    isPosted = true;
    posted.textContent = voice.texts.posted;
  });
}

/** Does something at the server; what it refuses is shown. */
async function attempt(deed: () => Promise<void>): Promise<void> {
  refuse(undefined);
  isPosted = false;
  posted.textContent = '';
  try {
    await deed();
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unauthorized') leave(error);
    else refuse(error);
  }
}

function speak(): void {
  const { texts, language } = voice;
  document.documentElement.lang = language;
  document.title = texts.title;
  const other = otherLanguage(language);
  const languageSwitch = byId('language', HTMLButtonElement);
  languageSwitch.lang = other;
  languageSwitch.textContent = other === 'zh' ? '中文' : 'English';
  const words: Readonly<Record<string, string>> = {
    title: texts.heading,
    'sign-out': texts.signOut,
    'sign-in-title': texts.signIn,
    'key-label': texts.key,
    'key-hint': texts.keyHint,
    enter: texts.enter,
    'overview-title': texts.overview,
    'charts-title': texts.charts,
    'slow-title': texts.slow,
    'channels-title': texts.channels,
    'connections-title': texts.connectionsTitle,
    'user-label': texts.user,
    find: texts.search,
    'announce-title': texts.announce,
    'announcement-label': texts.announcement,
    post: texts.post,
    posted: isPosted ? texts.posted : '',
    state: texts.states[state],
  };
  for (const [id, text] of Object.entries(words)) byId(id, HTMLElement).textContent = text;
  refuse(refusal);
  show();
  showFound();
}

/** What a form is for, done without leaving the page. */
function onSubmit(id: string, deed: () => Promise<void>): void {
  byId(id, HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void deed();
  });
}

onSubmit('sign-in', () => enter(keyField.value.trim()));
onSubmit('search', search);
onSubmit('announce', post);
byId('sign-out', HTMLButtonElement).addEventListener('click', () => leave());
byId('language', HTMLButtonElement).addEventListener('click', () => {
  voice = voiceOf(otherLanguage(voice.language));
  remember('belfry.language', voice.language);
  speak();
});

speak();
void begin();
