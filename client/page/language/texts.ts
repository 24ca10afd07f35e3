/** Something that the page itself has to say, in whichever language it speaks when it is read. */
export type Notice = (texts: Texts) => string;

/** Everything that the page says, in one language. */
export interface Texts {
  /** What the channel is called that is always there. */
  readonly channel: string;
  readonly channels: string;
  readonly addChannel: string;
  readonly add: string;
  /** How channels may be called. */
  readonly channelRule: string;
  readonly leave: (channel: string) => string;
  readonly unread: (count: number) => string;
  readonly people: string;
  readonly connections: (count: number) => string;
  readonly notify: string;
  readonly dontNotify: string;
  readonly notificationsBlocked: string;
  /** Whose message in which channel: the head of a notification, and what a screen reader says before it. */
  readonly speaks: (name: string, channel: string) => string;
  readonly log: string;
  readonly emptyTitle: string;
  readonly emptyHint: string;
  /** Instead of these while there was no connection yet. */
  readonly nothingYet: string;
  readonly nothingYetHint: string;
  readonly text: string;
  readonly placeholder: string;
  readonly send: string;
  readonly name: string;
  /** What somebody is called who has not said otherwise; a number follows. */
  readonly someone: string;
  readonly connect: string;
  readonly disconnect: string;
  /** Beside the reader's own name. */
  readonly you: string;
  /** What is not kept by the server yet: all of it, and beside each. */
  readonly outbox: string;
  readonly notSentYet: string;

  readonly connecting: string;
  readonly connected: string;
  /** Instead of that, where the network lets no WebSocket through. */
  readonly connectedOverHttp: string;
  readonly waiting: (seconds: number) => string;
  readonly disconnected: string;
  /** Instead of that, after these close codes. */
  readonly departures: Readonly<Partial<Record<number, string>>>;

  readonly welcome: (channel: string) => string;
  readonly lineLost: string;
  readonly lineBack: string;
  readonly leftByHand: string;
  readonly sentAway: (reason: string) => string;
  readonly notLetIn: (channel: string, reason: string) => string;
  /** Reasons by error code or close code, where this language says it better than the server. */
  readonly reasons: Readonly<Partial<Record<string | number, string>>>;
  readonly gap: (from: number, to: number) => string;
  readonly begunAnew: string;
  readonly failed: (reason: string) => string;
  readonly refused: (reason: string) => string;

  readonly unreadLine: string;
  readonly older: string;
  readonly olderFailed: string;
  readonly beginning: string;
  readonly toNewest: string;
  readonly newMessages: (count: number) => string;
  readonly charactersLeft: (count: number) => string;
  readonly charactersTooMany: (count: number) => string;
  readonly sendsOnceConnected: string;
  readonly notConnected: string;
}
