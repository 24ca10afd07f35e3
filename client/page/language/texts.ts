/** Everything that the page says, in one language. */
export interface Texts {
  readonly channel: string;
  readonly log: string;
  readonly emptyTitle: string;
  readonly emptyHint: string;
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
  readonly waiting: (seconds: number) => string;
  readonly disconnected: string;

  readonly welcome: string;
  readonly lineLost: string;
  readonly lineBack: string;
  readonly leftByHand: string;
  readonly sentAway: (reason: string) => string;
  readonly missed: (count: number) => string;
  readonly begunAnew: string;
  readonly failed: (reason: string) => string;
  readonly refused: (reason: string) => string;

  readonly newMessages: (count: number) => string;
  readonly charactersLeft: (count: number) => string;
  readonly charactersTooMany: (count: number) => string;
  readonly sendsOnceConnected: string;
  readonly notConnected: string;
}
