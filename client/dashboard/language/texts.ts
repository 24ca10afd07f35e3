/** Everything that the dashboard says, in one language. */
export interface Texts {
  /** In the tab, and on the page. */
  readonly title: string;
  readonly heading: string;
  readonly signIn: string;
  readonly key: string;
  readonly keyHint: string;
  readonly enter: string;
  readonly signOut: string;
  /** Why one is not let in, or an order was not carried out, by the code of the server's answer. */
  readonly refusals: Readonly<Partial<Record<string, string>>>;
  readonly failed: (reason: string) => string;

  readonly states: Readonly<Record<'connecting' | 'connected' | 'waiting' | 'disconnected', string>>;
  readonly overview: string;
  readonly totals: Readonly<Record<Total, string>>;
  /** How long a node runs. */
  readonly uptime: (seconds: number) => string;
  readonly nodeStates: Readonly<Record<'silent' | 'engineDown' | 'draining' | 'up', string>>;

  readonly charts: string;
  readonly chartTitles: Readonly<Record<ChartName, string>>;

  readonly slow: string;
  readonly nobodySlow: string;
  readonly channels: string;
  readonly nobodyHears: string;
  readonly connectionsTitle: string;
  readonly user: string;
  readonly search: string;
  readonly found: (count: number, node: string, areMore: boolean) => string;
  readonly nobodyFound: string;
  readonly columns: Readonly<Record<Column, string>>;

  readonly close: string;
  /** The same for those who hear one button after the other. */
  readonly closeOf: (user: string) => string;
  readonly closeTitle: (user: string) => string;
  readonly closeWords: string;
  readonly cancel: string;

  readonly announce: string;
  readonly announcement: string;
  readonly post: string;
  readonly posted: string;
}

/** The numbers at the top. */
export type Total = 'connections' | 'messages' | 'deliveries' | 'sent' | 'subscriptions' | 'lagging';

/** The charts. */
export type ChartName = 'messages' | 'deliveries' | 'connections' | 'append' | 'delivery' | 'loopDelay';

/** Heads of columns. */
export type Column =
  'user' | 'node' | 'path' | 'since' | 'unsent' | 'channel' | 'subscribers' | 'messages' | 'channels' | 'action';
