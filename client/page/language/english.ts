import type { Texts } from './texts.ts';

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** The page in English. */
export const ENGLISH: Texts = {
  channel: 'Announcements',
  log: 'Messages',
  emptyTitle: 'Nothing has been said yet',
  emptyHint: 'Whatever you write here reaches everybody who is connected.',
  text: 'Message',
  placeholder: 'Write a message…',
  send: 'Send',
  name: 'Your name',
  someone: 'User',
  connect: 'Connect',
  disconnect: 'Disconnect',
  you: 'you',
  outbox: 'Not sent yet',
  notSentYet: 'waiting',

  connecting: 'Connecting…',
  connected: 'Connected',
  waiting: (seconds) => `Back in ${seconds} s…`,
  disconnected: 'Disconnected',

  welcome: 'You are connected to the announcements',
  lineLost: 'The connection broke and will come back by itself',
  lineBack: 'Connected again',
  leftByHand: 'You disconnected',
  sentAway: (reason) => `The server ended the connection: ${reason}`,
  missed: (count) => `${counted(count, 'message is', 'messages are')} missing here`,
  begunAnew: 'The history began anew: what was said before may be missing here',
  failed: (reason) => `The server reports: ${reason}`,
  refused: (reason) => `Your message was not accepted: ${reason}`,

  newMessages: (count) => counted(count, 'new message', 'new messages'),
  charactersLeft: (count) => `${counted(count, 'character', 'characters')} left`,
  charactersTooMany: (count) => `${counted(count, 'character', 'characters')} too many`,
  sendsOnceConnected: 'Will be sent as soon as you are connected',
  notConnected: 'Not connected: nothing was sent, your text stays here',
};
