import type { Texts } from './texts.ts';

/** The dashboard in English. */
export const ENGLISH: Texts = {
  title: 'Belfry dashboard',
  heading: 'Dashboard',
  signIn: 'Sign in',
  key: 'API key',
  keyHint: 'A key for operators, or a token with the claim admin. It stays in this tab, until you close it.',
  enter: 'Open the dashboard',
  signOut: 'Sign out',
  refusals: {
    api_disabled:
      'This server has no API keys, so nobody can look in. Make one with npm run key, and name its file in API_KEYS_FILE.',
    unauthorized: 'This key is not known here, or no longer good.',
    forbidden: 'This key is narrowed to channels. The dashboard is for keys of operators.',
    not_found: 'This connection has gone already.',
    unreachable: 'The server cannot be reached.',
  },
  failed: (reason) => `The server reports: ${reason}`,

  states: { connecting: 'Connecting…', connected: 'Live', waiting: 'Trying again…', disconnected: 'Not connected' },
  overview: 'Overview',
  totals: {
    connections: 'Connections',
    messages: 'Messages per second',
    deliveries: 'Deliveries per second',
    sent: 'Sent per second',
    subscriptions: 'Subscriptions',
    lagging: 'Lagging',
  },
  uptime: (seconds) => {
    if (seconds < 3_600) return `up ${Math.floor(seconds / 60)} min`;
    return seconds < 172_800 ? `up ${Math.floor(seconds / 3_600)} h` : `up ${Math.floor(seconds / 86_400)} days`;
  },
  nodeStates: { silent: 'silent', engineDown: 'engine down', draining: 'leaving', up: '' },

  charts: 'The last five minutes',
  chartTitles: {
    messages: 'Messages per second',
    deliveries: 'Deliveries per second',
    connections: 'Connections',
    append: 'Append, p50 and p99, ms',
    delivery: 'Delivery, p50 and p99, ms',
    loopDelay: 'Event-loop delay, p99, ms',
  },

  slow: 'Slow clients',
  nobodySlow: 'Nothing waits for any client.',
  channels: 'Channels',
  nobodyHears: 'Nobody is in any channel.',
  connectionsTitle: 'Connections',
  user: 'Id of a user',
  search: 'Search',
  found: (count, node, areMore) => `${areMore ? 'the first ' : ''}${count} of node ${node}`,
  nobodyFound: 'Nobody of that id is connected to this node.',
  columns: {
    user: 'User',
    node: 'Node',
    path: 'Path',
    since: 'Since',
    unsent: 'Unsent',
    channel: 'Channel',
    subscribers: 'Subscribers',
    messages: 'Messages/s',
    channels: 'Channels',
    action: 'Action',
  },

  close: 'Close',
  closeOf: (user) => `Close the connection of ${user}`,
  closeTitle: (user) => `Close the connection of ${user}?`,
  closeWords: 'Its client is told that an operator removed it (4501), and does not come back by itself.',
  cancel: 'Cancel',

  announce: 'Post an announcement',
  announcement: 'To everybody in the channel announcements',
  post: 'Post',
  posted: 'Posted.',
};
